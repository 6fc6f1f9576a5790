"""CloudTrail as boto3 sees it."""

import json
from datetime import datetime, timedelta, timezone
from time import sleep

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, REGION, RegistryTest, arn, fresh, main

# Two calls a second are allowed, so that a client that pages must wait as it would at AWS.
PATIENT = Config(retries={'mode': 'standard', 'max_attempts': 10})


class CloudTrail(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trail = boto3.client('cloudtrail', config=PATIENT)

    def events(self, key, value, **more):
        """All events with an attribute, by the paginator; the newest first."""
        attributes = [{'AttributeKey': key, 'AttributeValue': value}]
        pages = self.trail.get_paginator('lookup_events').paginate(
            LookupAttributes=attributes, **more
        )
        return [event for page in pages for event in page['Events']]

    def settled(self, key, value, count):
        """The same, as soon as reads are written down: half a second after their answer."""
        for _ in range(20):
            events = self.events(key, value)
            if len(events) >= count:
                return events
            sleep(0.25)
        return events

    def refused_lookup(self, **inputs):
        """The code of a lookup that must be refused."""
        with self.assertRaises(ClientError) as caught:
            self.trail.lookup_events(**inputs)
        return caught.exception.response['Error']['Code']

    def test_story(self):
        """a version's story is told, reads included"""
        group = self.group()
        version = self.version(group)
        self.sm.update_model_package(ModelPackageArn=version, ModelApprovalStatus='Approved')
        self.sm.describe_model_package(ModelPackageName=version)
        events = self.settled('ResourceName', version, 3)
        names = [event['EventName'] for event in events]
        self.assertEqual(
            names, ['DescribeModelPackage', 'UpdateModelPackage', 'CreateModelPackage']
        )
        update = events[1]
        self.assertEqual(update['ReadOnly'], 'false')
        self.assertEqual(update['Username'], 'root')
        self.assertEqual(update['EventSource'], 'sagemaker.amazonaws.com')
        self.assertLess(datetime.now(timezone.utc) - update['EventTime'], timedelta(minutes=5))
        record = json.loads(update['CloudTrailEvent'])
        self.assertEqual(record['eventID'], update['EventId'])
        self.assertEqual(record['awsRegion'], REGION)
        self.assertEqual(record['recipientAccountId'], ACCOUNT)
        self.assertEqual(
            record['requestParameters'],
            {'modelPackageArn': version, 'modelApprovalStatus': 'Approved'},
        )
        self.assertEqual(record['responseElements'], {'modelPackageArn': version})
        self.assertRegex(record['userAgent'], 'Boto3')

    def test_pages(self):
        """the paginator reads every page once"""
        name = self.group()
        for number in range(12):
            tags = [{'Key': f'k{number}', 'Value': ''}]
            self.sm.add_tags(ResourceArn=arn(f'model-package-group/{name}'), Tags=tags)
        events = self.events('ResourceName', name, PaginationConfig={'PageSize': 5})
        self.assertEqual(len({event['EventId'] for event in events}), 13)
        keys = [
            json.loads(event['CloudTrailEvent'])['requestParameters']['tags'][0]['key']
            for event in events[:-1]
        ]
        self.assertEqual(keys, [f'k{number}' for number in reversed(range(12))])
        self.assertEqual(events[-1]['EventName'], 'CreateModelPackageGroup')

    def test_times(self):
        """times narrow what is told"""
        name = self.group()
        now = datetime.now(timezone.utc)
        minute = timedelta(minutes=1)
        for start, end, count in ((now - minute, now + minute, 1), (now - 9 * minute, now - minute, 0)):
            events = self.events('ResourceName', name, StartTime=start, EndTime=end)
            self.assertEqual(len(events), count)

    def test_users(self):
        """a user's life is told where IAM's events are"""
        name = fresh('user')
        iam = boto3.client('iam')
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)['AccessKey']
        keys = {
            'aws_access_key_id': key['AccessKeyId'],
            'aws_secret_access_key': key['SecretAccessKey'],
        }
        with self.assertRaises(ClientError):
            boto3.client('iam', **keys).list_users()
        iam.delete_access_key(UserName=name, AccessKeyId=key['AccessKeyId'])
        iam.delete_user(UserName=name)
        trail = boto3.client('cloudtrail', region_name='us-east-1', config=PATIENT)
        of = lambda key, value: trail.lookup_events(
            LookupAttributes=[{'AttributeKey': key, 'AttributeValue': value}]
        )['Events']
        told = [event['EventName'] for event in of('ResourceName', name)]
        self.assertEqual(told, ['DeleteUser', 'DeleteAccessKey', 'CreateAccessKey', 'CreateUser'])
        [denied] = of('AccessKeyId', key['AccessKeyId'])
        record = json.loads(denied['CloudTrailEvent'])
        self.assertEqual((record['eventName'], record['errorCode']), ('ListUsers', 'AccessDenied'))
        self.assertEqual(record['userIdentity']['userName'], name)
        text = json.dumps([event['CloudTrailEvent'] for event in of('ResourceName', name)])
        self.assertNotIn(key['SecretAccessKey'], text)

    def test_errors(self):
        """errors have CloudTrail's names, as boto3 knows them"""
        now = datetime.now(timezone.utc)
        hour = timedelta(hours=1)
        self.assertEqual(
            self.refused_lookup(StartTime=now, EndTime=now - hour), 'InvalidTimeRangeException'
        )
        one = {'AttributeKey': 'EventName', 'AttributeValue': 'CreateUser'}
        self.assertEqual(
            self.refused_lookup(LookupAttributes=[one, one]), 'InvalidLookupAttributesException'
        )
        with self.assertRaises(self.trail.exceptions.InvalidNextTokenException):
            self.trail.lookup_events(NextToken='x')


if __name__ == '__main__':
    main()
