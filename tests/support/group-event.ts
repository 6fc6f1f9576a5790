import { testArn } from './test-app.ts';

/** The event of a group that changed, as a journal entry states it; made at the tests' first time. */
export function groupEvent(
  name: string,
  change: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const arn = testArn(`model-package-group/${name}`);
  return {
    source: 'imprimatur',
    detailType: 'SageMaker Model Package Group State Change',
    resources: [arn],
    detail: {
      ModelPackageGroupName: name,
      ModelPackageGroupArn: arn,
      ModelPackageGroupStatus: 'Completed',
      CreationTime: Date.parse('2026-03-04T09:15:27.500Z'),
      Change: change,
      Tags: {},
      ...more,
    },
  };
}
