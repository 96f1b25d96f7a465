/** Items of a page where a request names no number, or 0. AWS: API reference, `maxResults`. */
export const PAGE_ITEMS_DEFAULT = 100;
