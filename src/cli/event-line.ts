import { longTime } from './answer.ts';
import { printable } from './printable.ts';
import { paint } from './terminal.ts';
import type { Terminal } from './terminal.ts';

type Members = Readonly<Record<string, unknown>>;

/** What an event of any source has. */
interface Told {
  readonly time: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: Members;
}

/** An event as a person reads it: when, about what, and what happened; one line. */
export function eventLine(event: string, { out, environment }: Terminal): string {
  const told = JSON.parse(event) as Told;
  const time = paint(longTime(Date.parse(told.time)), 'dim', out, environment);
  const about = paint(printable(subject(told)), 'bold', out, environment);
  return `${time}  ${about}  ${printable(happening(told))}\n`;
}

const packageChange = 'SageMaker Model Package State Change';
const groupChange = 'SageMaker Model Package Group State Change';

function subject({ 'detail-type': type, source, detail, resources }: Told): string {
  if (type === packageChange) return text(detail['ModelPackageName']);
  if (type === groupChange) return text(detail['ModelPackageGroupName']);
  return resources[0] ?? source;
}

function happening(told: Told): string {
  const { 'detail-type': type, source, detail } = told;
  if (type === groupChange) return `group: ${spaced(text(detail['Change']))}`;
  if (type !== packageChange) return `${source}: ${type}`;
  if (detail['ModelPackageStatus'] === 'Deleting') return 'deleted';
  const fields = detail['UpdatedModelPackageFields'];
  if (!Array.isArray(fields)) return `registered: ${text(detail['ModelApprovalStatus'])}`;
  return fields.map((field) => change(text(field), detail)).join(', ');
}

function change(field: string, detail: Members): string {
  if (field === 'ModelApprovalStatus') {
    const before = detail['PreviousModelApprovalStatus'];
    const now = text(detail[field]);
    return before === undefined || before === now ? now : `${text(before)} → ${now}`;
  }
  if (field !== 'ModelLifeCycle') return field;
  const { Stage, StageStatus } = (detail[field] ?? {}) as Members;
  return `${field} ${text(Stage)}/${text(StageStatus)}`;
}

function spaced(word: string): string {
  return word.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
