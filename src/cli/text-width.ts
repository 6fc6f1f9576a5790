const plain = /^[\x20-\x7e]*$/;
const eastAsian =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/;
const emoji = /\p{Emoji_Presentation}|\ufe0f|[\uffe0-\uffe6]/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of characters.segment(text)) width += segmentWidth(segment);
  return width;
}

/** A text cut to so many columns, the last of them an ellipsis; the whole text where it fits. */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of characters.segment(text)) {
    width += segmentWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function segmentWidth(segment: string): number {
  if (zeroWidth.test(segment)) return 0;
  return eastAsian.test(segment) || emoji.test(segment) ? 2 : 1;
}
