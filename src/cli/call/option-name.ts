/** The command-line spelling of a CamelCase name, as the aws CLI has it: `S3Uri` is `s3-uri`. */
export function optionName(name: string): string {
  // Plurals of acronyms are one word: ModelPackageARNs is model-package-arns.
  const plural = /[A-Z]{2,}s$/.exec(name)?.[0];
  const whole = plural ? `${name.slice(0, -plural.length)}-${plural.toLowerCase()}` : name;
  return whole
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}
