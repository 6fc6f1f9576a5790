import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionName } from './option-name.ts';

test('names are spelt as botocore spells them', () => {
  const names = {
    ModelPackageName: 'model-package-name',
    S3Uri: 's3-uri',
    KmsKeyId: 'kms-key-id',
    ModelPackageARN: 'model-package-arn',
    ModelPackageARNs: 'model-package-arns',
    ListWebACLs: 'list-web-acls',
    SupportedResponseMIMETypes: 'supported-response-mime-types',
    MaxPayloadInMB: 'max-payload-in-mb',
    SourceIPAddress: 'source-ip-address',
    DBInstanceIdentifier: 'db-instance-identifier',
    EC2SecurityGroupId: 'ec2-security-group-id',
    AcceptEula: 'accept-eula',
    ETag: 'e-tag',
    ClientToken: 'client-token',
  };
  for (const [name, expected] of Object.entries(names)) assert.equal(optionName(name), expected);
});
