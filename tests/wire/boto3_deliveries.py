"""Events on their way: from an approval to whoever waits for it, and down a live stream."""

import json
import os
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from boto3_support import REGION, RegistryTest, fresh, main

TRUST = {
    'Version': '2012-10-17',
    'Statement': {
        'Effect': 'Allow',
        'Principal': {'Service': 'events.amazonaws.com'},
        'Action': 'sts:AssumeRole',
    },
}


class Receiver:
    """An endpoint on this machine that keeps what it gets; it refuses the first so many."""

    def __init__(self):
        self.received = []
        self.refusals = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers['content-length'])))
                outer.received.append((self.headers, body))
                outer.refusals -= 1
                self.send_response(503 if outer.refusals >= 0 else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f'http://127.0.0.1:{self.server.server_port}/hook'

    def take(self, count, seconds=10):
        """Waits for so many requests in all, and answers them."""
        late = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < late:
            time.sleep(0.02)
        return self.received

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def stream(presigned=False, **parameters):
    """Opens the live stream, signed as botocore signs; answers an iterator of its events."""
    query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)
    request = AWSRequest('GET', f'{os.environ["AWS_ENDPOINT_URL"]}/imprimatur/events?{query}')
    credentials = boto3.Session().get_credentials()
    signer = SigV4QueryAuth if presigned else SigV4Auth
    signer(credentials, 'imprimatur', REGION).add_auth(request)
    headers = {} if presigned else dict(request.headers)
    answer = urllib.request.urlopen(urllib.request.Request(request.url, headers=headers), timeout=20)
    return (json.loads(line[5:]) for line in answer if line.startswith(b'data:'))


class Deliveries(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = boto3.client('events')
        name = fresh('deliver')
        cls.role = boto3.client('iam').create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)
        )['Role']['Arn']

    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.group_name = self.group('deliver')

    def rule_on_approvals(self):
        """A rule that has an API destination told of each approval in a group."""
        name = fresh('approved')
        connection = self.events.create_connection(
            Name=name,
            AuthorizationType='API_KEY',
            AuthParameters={
                'ApiKeyAuthParameters': {'ApiKeyName': 'x-api-key', 'ApiKeyValue': 'open sesame'}
            },
        )['ConnectionArn']
        destination = self.events.create_api_destination(
            Name=name,
            ConnectionArn=connection,
            InvocationEndpoint=self.receiver.url,
            HttpMethod='POST',
        )['ApiDestinationArn']
        self.events.put_rule(Name=name, EventPattern=json.dumps(self.approvals()))
        target = {'Id': 'hook', 'Arn': destination, 'RoleArn': self.role}
        put = self.events.put_targets(Rule=name, Targets=[target])
        self.assertEqual(put['FailedEntries'], [])
        return name

    def approvals(self):
        return {
            'source': ['aws.sagemaker'],
            'detail': {
                'ModelPackageGroupName': [self.group_name],
                'ModelApprovalStatus': ['Approved'],
                'UpdatedModelPackageFields': ['ModelApprovalStatus'],
            },
        }

    def update(self, package, **change):
        self.sm.update_model_package(ModelPackageArn=package, **change)

    def test_approval(self):
        """an approval is told once, other changes are not, and nothing after the rule is gone"""
        rule = self.rule_on_approvals()
        package = self.version(self.group_name)
        told = stream(pattern=json.dumps(self.approvals()))
        self.update(package, ModelApprovalStatus='Approved', ApprovalDescription='signed off')
        self.update(package, CustomerMetadataProperties={'owner': 'ana'})
        [(headers, event)] = self.receiver.take(1)
        self.assertEqual(headers['x-api-key'], 'open sesame')
        self.assertEqual(event['detail-type'], 'SageMaker Model Package State Change')
        self.assertEqual(event['resources'], [package])
        self.assertEqual(event['detail']['ModelPackageArn'], package)
        self.assertEqual(event['detail']['ApprovalDescription'], 'signed off')
        self.assertEqual(event['detail']['PreviousModelApprovalStatus'], 'PendingManualApproval')
        # What the stream tells is the same event, by the same id.
        self.assertEqual(next(told), event)

        self.events.remove_targets(Rule=rule, Ids=['hook'])
        self.events.delete_rule(Name=rule)
        self.update(package, ModelApprovalStatus='Rejected')
        self.update(package, ModelApprovalStatus='Approved')
        self.assertNotEqual(next(told)['id'], event['id'])
        time.sleep(0.5)
        self.assertEqual(len(self.receiver.received), 1)

    def test_retry(self):
        """an endpoint that refuses is asked again, and gets the same event"""
        self.rule_on_approvals()
        self.receiver.refusals = 1
        self.update(self.version(self.group_name), ModelApprovalStatus='Approved')
        first, second = (event for _, event in self.receiver.take(2))
        self.assertEqual(first, second)

    def test_order(self):
        """the events of a group come in the order of their changes"""
        self.rule_on_approvals()
        packages = [self.version(self.group_name) for _ in range(20)]
        for package in packages:
            self.update(package, ModelApprovalStatus='Approved')
        received = [event['detail']['ModelPackageArn'] for _, event in self.receiver.take(20)]
        self.assertEqual(received, packages)

    def test_presigned_stream(self):
        """a stream opens by a presigned URL, as a page's EventSource has it"""
        told = stream(presigned=True, pattern=json.dumps(self.approvals()))
        package = self.version(self.group_name)
        self.update(package, ModelApprovalStatus='Approved')
        self.assertEqual(next(told)['resources'], [package])


if __name__ == '__main__':
    main()
