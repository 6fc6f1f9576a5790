/** What XML 1.0 cannot hold in any spelling. */
const impossible = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** A carriage return would be read as a line feed. */
const special = /[&<>"\r]/g;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** A text between tags; what XML cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(impossible, '\uFFFD').replace(special, (character) => escapes[character]!);
}

/** An element around content that is XML already. */
export function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}
