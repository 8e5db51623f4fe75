/**
 * Phone numbers that regulators keep for films and books: no subscriber has one, so they ring nobody. Imports nothing.
 *
 * A number that is not listed here with its source is not called fictional. `fictionalLeads` draws its numbers from these
 * blocks, and the same seed must give the same numbers in each release: so nothing here moves, and a new block breaks a test.
 */

export type FictionalCountry = "DE" | "GB" | "FR" | "AU" | "US" | "CA";

/** `prefix` and any `digits` digits after it. */
export interface FictionalBlock {
  readonly country: FictionalCountry;
  readonly place: string;
  readonly prefix: string;
  /** 0: the prefix is a single number. */
  readonly digits: number;
  /** Who keeps the block free, and how we know. */
  readonly source: string;
}

const BUNDESNETZAGENTUR =
  "Bundesnetzagentur, Mitteilung 148/2021, Amtsblatt 7/2021, page 489: numbers for media productions";
const OPERATORS = "German mobile operators, in the same Mitteilung 148/2021 of the Bundesnetzagentur";
const OFCOM = "Ofcom, numbers for drama use";
const OFCOM_CITIES = "Ofcom, numbers for drama use, as several public sources say; Ofcom's own page was not seen";
const ARCEP = "Arcep, numbers for audiovisual works, as several public sources say; Arcep's own page was not seen";
const ACMA = "ACMA, numbers for creative works, as several public sources say; ACMA's own page was not seen";
const NANPA = "North American Numbering Plan, 555 line numbers: 555-0100 to 555-0199 are kept for fiction";

const GERMAN_MOBILES =
  "+4915228817386 +4915228895456 +4915254599371 +491729925904 +491729968532 +491729973185 +491729973186 +491729980752 " +
  "+491749091317 +491749464308";

/** After +61491. */
const AUSTRALIAN_MOBILES =
  "570006 570110 570156 570157 570158 570159 570313 570737 571266 571491 571804 572549 572665 572983 573087 573770 574118 " +
  "574632 575254 575789 576398 576801 577426 577644 578148 578888 578957 579212 579455 579760";

/** Area codes of places. Others, such as 800 and 900, keep no such block. */
const US_AREA_CODES =
  "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 227 228 229 231 234 235 239 240 248 " +
  "251 252 253 254 256 260 262 267 269 270 272 274 276 279 281 283 301 302 303 304 305 307 308 309 310 312 313 314 315 316 " +
  "317 318 319 320 321 323 324 325 326 327 329 330 331 332 334 336 337 339 341 346 347 350 351 352 353 360 361 363 364 369 " +
  "380 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 442 443 445 447 " +
  "448 458 463 464 469 470 472 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 531 " +
  "534 539 540 541 551 557 559 561 562 563 564 567 570 571 572 573 574 575 580 582 585 586 601 602 603 605 606 607 608 609 " +
  "610 612 614 615 616 617 618 619 620 623 626 628 629 630 631 636 640 641 645 646 650 651 656 657 659 660 661 662 667 669 " +
  "678 680 681 682 686 689 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 725 726 727 728 730 731 732 " +
  "734 737 738 740 743 747 748 754 757 760 762 763 765 769 770 771 772 773 774 775 779 781 785 786 801 802 803 804 805 806 " +
  "808 810 812 813 814 815 816 817 818 820 821 826 828 830 831 832 835 838 839 840 843 845 847 848 850 854 856 857 858 859 " +
  "860 862 863 864 865 870 872 878 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 929 930 931 " +
  "934 936 937 938 940 941 943 945 947 948 949 951 952 954 956 959 970 971 972 973 975 978 979 980 984 985 986 989";
const CANADIAN_AREA_CODES =
  "204 226 236 249 250 257 263 273 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 468 474 506 514 519 548 " +
  "579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942";

type Row = readonly [place: string, prefix: string, digits: number];

function blocks(country: FictionalCountry, source: string, rows: readonly Row[]): FictionalBlock[] {
  return rows.map(([place, prefix, digits]) => ({ country, place, prefix, digits, source }));
}

const inAreaCodes = (codes: string) => codes.split(" ").map((code): Row => [`area code ${code}`, `+1${code}55501`, 2]);

export const FICTIONAL_BLOCKS: readonly FictionalBlock[] = [
  ...blocks("DE", BUNDESNETZAGENTUR, [
    ["Berlin", "+493023125", 3],
    ["Frankfurt", "+496990009", 3],
    ["Hamburg", "+494066969", 3],
    ["Köln", "+492214710", 3],
    ["München", "+498999998", 3],
  ]),
  ...blocks("DE", OPERATORS, [
    ["mobile", "+4917139200", 2],
    ["mobile", "+49176040690", 2],
    ...GERMAN_MOBILES.split(" ").map((number): Row => ["mobile", number, 0]),
  ]),
  ...blocks("GB", OFCOM, [
    ["mobile", "+447700900", 3],
    ["London", "+442079460", 3],
    ["no place", "+441632960", 3],
  ]),
  ...blocks("GB", OFCOM_CITIES, [
    ["Leeds", "+441134960", 3],
    ["Bristol", "+441174960", 3],
    ["Birmingham", "+441214960", 3],
    ["Edinburgh", "+441314960", 3],
    ["Glasgow", "+441414960", 3],
    ["Manchester", "+441614960", 3],
    ["Cardiff", "+442920180", 3],
  ]),
  ...blocks("FR", ARCEP, [
    ["Île-de-France", "+3319900", 4],
    ["north-west", "+3326191", 4],
    ["north-east", "+3335301", 4],
    ["south-east", "+3346571", 4],
    ["south-west", "+3353649", 4],
    ["mobile", "+3363998", 4],
  ]),
  ...blocks("AU", ACMA, [
    ["central east", "+6125550", 4],
    ["central east", "+6127010", 4],
    ["south east", "+6135550", 4],
    ["south east", "+6137010", 4],
    ["north east", "+6175550", 4],
    ["north east", "+6177010", 4],
    ["central and west", "+6185550", 4],
    ["central and west", "+6187010", 4],
    ...AUSTRALIAN_MOBILES.split(" ").map((number): Row => ["mobile", `+61491${number}`, 0]),
  ]),
  ...blocks("US", NANPA, inAreaCodes(US_AREA_CODES)),
  ...blocks("CA", NANPA, inAreaCodes(CANADIAN_AREA_CODES)),
];

const digitsAfter = new Map(FICTIONAL_BLOCKS.map(({ prefix, digits }) => [prefix, digits]));
const DIGITS = [...new Set(digitsAfter.values())];

/**
 * Whether a number, in E.164, is in one of the blocks that a regulator keeps for fiction.
 *
 * @param phoneNumber Any other spelling gives `false`.
 * @returns `false` says nothing about whom the number belongs to.
 */
export function isFictionalPhoneNumber(phoneNumber: string): boolean {
  if (!/^\+\d+$/.test(phoneNumber)) return false;
  return DIGITS.some((digits) => digitsAfter.get(phoneNumber.slice(0, phoneNumber.length - digits)) === digits);
}
