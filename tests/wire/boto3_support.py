"""What the boto3 suites share: clients of the two servers, common inputs, and a runner.

Everything comes from the environment, as a user's boto3 would have it: AWS_ENDPOINT_URL, the keys,
AWS_DEFAULT_REGION. IMPRIMATUR_STRICT_ENDPOINT_URL is the same for a server in strict mode.
"""

import os
import sys
import traceback
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = '123456789012'
REGION = os.environ['AWS_DEFAULT_REGION']
ROOT = {'IamIdentity': {'Arn': f'arn:aws:iam::{ACCOUNT}:root', 'PrincipalId': ACCOUNT}}


def client(strict=False, region=REGION, unchecked=False):
    """A SageMaker client: of the strict server, or one that sends what boto3 would refuse."""
    endpoint = os.environ['IMPRIMATUR_STRICT_ENDPOINT_URL'] if strict else None
    config = Config(max_pool_connections=50, parameter_validation=not unchecked)
    return boto3.client('sagemaker', endpoint_url=endpoint, region_name=region, config=config)


def arn(resource, region=REGION, account=ACCOUNT):
    """The ARN of a SageMaker resource."""
    return f'arn:aws:sagemaker:{region}:{account}:{resource}'


def fresh(prefix):
    """A name that nothing else has."""
    return f'{prefix}-{uuid.uuid4().hex[:8]}'


def specification(**container):
    """A plain inference specification."""
    return {
        'Containers': [
            {'Image': 'example.com/m:1', 'ModelDataUrl': 's3://bucket/m.tar.gz', **container}
        ],
        'SupportedContentTypes': ['text/csv'],
        'SupportedResponseMIMETypes': ['text/csv'],
    }


def unversioned(name, **more):
    """The input of an unversioned package, instance types included, as AWS wants them."""
    types = {
        'SupportedTransformInstanceTypes': ['ml.m5.large'],
        'SupportedRealtimeInferenceInstanceTypes': ['ml.m5.large'],
    }
    return {
        'ModelPackageName': name,
        'InferenceSpecification': {**specification(), **types},
        **more,
    }


def concurrently(jobs, threads=50):
    """Runs functions at the same time; their results in order."""
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


class RegistryTest(unittest.TestCase):
    """A test against a live server."""

    strict = False
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.sm = client(cls.strict)
        cls.unchecked = client(cls.strict, unchecked=True)

    def group(self, prefix='group', **more):
        """Creates a group and answers its name."""
        name = fresh(prefix)
        self.sm.create_model_package_group(ModelPackageGroupName=name, **more)
        return name

    def version(self, group, **more):
        """Registers a version and answers its ARN."""
        answer = self.sm.create_model_package(ModelPackageGroupName=group, **more)
        return answer['ModelPackageArn']

    def described(self, name):
        """What DescribeModelPackage answers, without what botocore adds."""
        answer = self.sm.describe_model_package(ModelPackageName=name)
        del answer['ResponseMetadata']
        return answer

    def refused(self, call, code='ValidationException', **inputs):
        """The message of a call that must be refused with a code and HTTP 400."""
        with self.assertRaises(ClientError) as caught:
            call(**inputs)
        response = caught.exception.response
        self.assertEqual(response['Error']['Code'], code, response['Error'])
        self.assertEqual(response['ResponseMetadata']['HTTPStatusCode'], 400)
        self.assertRegex(response['ResponseMetadata']['RequestId'], r'^[0-9a-f-]{36}$')
        return response['Error']['Message']

    def assert_refused(self, message, call, **inputs):
        """Refused with ValidationException and exactly this message."""
        self.assertEqual(self.refused(call, **inputs), message)

    def assert_gone(self, package):
        """Describe says that a package does not exist."""
        self.assert_refused(
            f'ModelPackage {package} does not exist.',
            self.sm.describe_model_package,
            ModelPackageName=package,
        )


class LineResult(unittest.TestResult):
    """Prints a line a test: `ok - sentence`, or `not ok - sentence` and what went wrong."""

    def say(self, outcome, test, detail=''):
        words = test.shortDescription() or test.id()
        text = f'{outcome} - {type(test).__name__}: {words}'
        print(text, *(f'    {line}' for line in detail.splitlines()), sep='\n', flush=True)

    def addSuccess(self, test):
        self.say('ok', test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say('not ok', test, ''.join(traceback.format_exception(*err)))

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            parameters = ', '.join(f'{name}={value!r}' for name, value in subtest.params.items())
            detail = ''.join(traceback.format_exception(*err))
            self.say('not ok', test, f'with {parameters}:\n{detail}')


def main():
    """Runs the tests of the calling script; `script.py Groups` runs one class."""
    names = sys.argv[1:] or None
    module = sys.modules['__main__']
    loader = unittest.defaultTestLoader
    if names:
        suite = loader.loadTestsFromNames(names, module)
    else:
        suite = loader.loadTestsFromModule(module)
    sys.exit(0 if suite.run(LineResult()).wasSuccessful() else 1)
