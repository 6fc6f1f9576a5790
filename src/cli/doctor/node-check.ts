import type { CheckResult } from '../check-list.ts';

/** As the launcher has it. */
const oldest = { major: 24, minor: 15 };

/** Whether a version of Node.js is one that the program is made for. */
export function checkNode(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const message = `Node.js ${version}`;
  const isNewEnough = major > oldest.major || (major === oldest.major && minor >= oldest.minor);
  if (isNewEnough) return { check: 'node', status: 'ok', message };
  return {
    check: 'node',
    status: 'fail',
    message,
    advice: `Install Node.js ${oldest.major}.${oldest.minor} or later.`,
  };
}
