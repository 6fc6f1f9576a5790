"""AWS RAM as boto3 sees it: two accounts, one group."""

import json
import os
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, REGION, RegistryTest, arn, fresh, main

ENDPOINT = os.environ['AWS_ENDPOINT_URL']
PERMISSION = 'arn:aws:ram::aws:permission/AWSRAMPermissionSageMakerModelPackageGroup'


def new_account():
    """Another account: its number, and the keys of its root user."""
    headers = {
        'X-Amz-Target': 'Imprimatur.CreateAccount',
        'Content-Type': 'application/x-amz-json-1.1',
    }
    body = json.dumps({'Name': fresh('guest')}).encode()
    request = AWSRequest('POST', f'{ENDPOINT}/', headers, body)
    SigV4Auth(boto3.Session().get_credentials(), 'imprimatur', REGION).add_auth(request)
    sent = urllib.request.Request(request.url, body, dict(request.headers))
    answer = json.load(urllib.request.urlopen(sent))
    key = answer['RootAccessKey']
    return answer['Account']['AccountId'], {
        'aws_access_key_id': key['AccessKeyId'],
        'aws_secret_access_key': key['SecretAccessKey'],
    }


class Sharing(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ram = boto3.client('ram')

    def guest(self):
        """Another account's number, RAM and SageMaker."""
        number, keys = new_account()
        return number, boto3.client('ram', **keys), boto3.client('sagemaker', **keys)

    def code(self, call, **inputs):
        """The code of a call that must be refused."""
        with self.assertRaises(ClientError) as caught:
            call(**inputs)
        return caught.exception.response['Error']['Code']

    def test_journey(self):
        """a group is shared, accepted, used and taken back"""
        name = self.group()
        group = arn(f'model-package-group/{name}')
        number, ram, sm = self.guest()
        share = self.ram.create_resource_share(
            name='models',
            resourceArns=[group],
            principals=[number],
            permissionArns=[f'{PERMISSION}AllowRegister'],
            tags=[{'key': 'team', 'value': 'risk & more'}],
        )['resourceShare']
        self.assertEqual((share['owningAccountId'], share['status']), (ACCOUNT, 'ACTIVE'))
        self.assertLess(datetime.now(timezone.utc) - share['creationTime'], timedelta(minutes=5))
        [invitation] = ram.get_resource_share_invitations()['resourceShareInvitations']
        self.assertEqual(invitation['resourceShareArn'], share['resourceShareArn'])
        answer = ram.accept_resource_share_invitation(
            resourceShareInvitationArn=invitation['resourceShareInvitationArn']
        )
        self.assertEqual(answer['resourceShareInvitation']['status'], 'ACCEPTED')
        with self.assertRaises(ram.exceptions.ResourceShareInvitationAlreadyAcceptedException):
            ram.reject_resource_share_invitation(
                resourceShareInvitationArn=invitation['resourceShareInvitationArn']
            )
        found = sm.list_model_package_groups(CrossAccountFilterOption='CrossAccount')
        arns = [one['ModelPackageGroupArn'] for one in found['ModelPackageGroupSummaryList']]
        self.assertEqual(arns, [group])
        version = sm.create_model_package(ModelPackageGroupName=group)['ModelPackageArn']
        approve = {'ModelPackageArn': version, 'ModelApprovalStatus': 'Approved'}
        self.assertEqual(self.code(sm.update_model_package, **approve), 'AccessDeniedException')
        self.sm.update_model_package(**approve)
        [resource] = ram.list_resources(resourceOwner='OTHER-ACCOUNTS')['resources']
        self.assertEqual(resource['arn'], group)
        ended = self.ram.disassociate_resource_share(
            resourceShareArn=share['resourceShareArn'], principals=[number]
        )['resourceShareAssociations']
        self.assertEqual([one['status'] for one in ended], ['DISASSOCIATED'])
        refused = self.code(sm.describe_model_package, ModelPackageName=version)
        self.assertEqual(refused, 'AccessDeniedException')

    def test_delete(self):
        """a share is deleted by DELETE, whose parameters are in the query"""
        created = self.ram.create_resource_share(name=fresh('share'))
        share = created['resourceShare']['resourceShareArn']
        answer = self.ram.delete_resource_share(resourceShareArn=share, clientToken='a/b c+d&é=')
        self.assertIs(answer['returnValue'], True)
        self.assertEqual(answer['clientToken'], 'a/b c+d&é=')
        with self.assertRaises(self.ram.exceptions.UnknownResourceException):
            self.ram.get_resource_shares(resourceOwner='SELF', resourceShareArns=[share])

    def test_paginators(self):
        """every paginator reads every page once"""
        name = fresh('paged')
        group = arn(f'model-package-group/{self.group()}')
        share = None
        for number in range(5):
            share = self.ram.create_resource_share(
                name=name,
                resourceArns=[group],
                principals=[f'{number + 1}' * 12],
            )['resourceShare']['resourceShareArn']
        kinds = {
            'get_resource_shares': ({'resourceOwner': 'SELF', 'name': name}, 'resourceShares'),
            'list_resources': (
                {'resourceOwner': 'SELF', 'resourceArns': [group]},
                'resources',
            ),
            'list_principals': ({'resourceOwner': 'SELF', 'resourceArn': group}, 'principals'),
            'get_resource_share_associations': (
                {'associationType': 'RESOURCE', 'resourceArn': group},
                'resourceShareAssociations',
            ),
        }
        for operation, (inputs, member) in kinds.items():
            with self.subTest(operation=operation):
                pages = list(
                    self.ram.get_paginator(operation).paginate(
                        **inputs, PaginationConfig={'PageSize': 2}
                    )
                )
                self.assertEqual([len(page[member]) for page in pages], [2, 2, 1])
        [policy] = [
            text
            for page in self.ram.get_paginator('get_resource_policies').paginate(
                resourceArns=[group]
            )
            for text in page['policies']
        ] or [None]
        # Nobody has accepted yet.
        self.assertIsNone(policy)
        self.ram.tag_resource(resourceShareArn=share, tags=[{'key': 'k', 'value': 'v'}])
        self.ram.untag_resource(resourceShareArn=share, tagKeys=['k'])

    def test_permissions(self):
        """permissions are those of AWS for groups"""
        listed = self.ram.list_permissions(resourceType='sagemaker:ModelPackageGroup')
        names = [(one['arn'], one['isResourceTypeDefault']) for one in listed['permissions']]
        self.assertEqual(
            names, [(f'{PERMISSION}AllowDeploy', True), (f'{PERMISSION}AllowRegister', False)]
        )
        told = self.ram.get_permission(permissionArn=names[1][0])['permission']
        self.assertIn('sagemaker:CreateModelPackage', json.loads(told['permission'])['Action'])
        [kind] = self.ram.list_resource_types()['resourceTypes']
        self.assertEqual(kind['resourceType'], 'sagemaker:ModelPackageGroup')

    def test_errors(self):
        """errors have RAM's names, as boto3 knows them"""
        exceptions = self.ram.exceptions
        with self.assertRaises(exceptions.MalformedArnException):
            self.ram.create_resource_share(name='x', resourceArns=['x'])
        with self.assertRaises(exceptions.OperationNotPermittedException):
            self.ram.create_resource_share(
                name='x', principals=['2' * 12], allowExternalPrincipals=False
            )
        with self.assertRaises(exceptions.InvalidNextTokenException):
            self.ram.get_resource_shares(resourceOwner='SELF', nextToken='x')
        wrong = boto3.client('ram', aws_secret_access_key='wrong', aws_access_key_id='AKIANOBODY')
        with self.assertRaises(ClientError) as caught:
            wrong.get_resource_shares(resourceOwner='SELF')
        response = caught.exception.response
        self.assertEqual(response['Error']['Code'], 'UnrecognizedClientException')
        self.assertEqual(response['ResponseMetadata']['HTTPStatusCode'], 403)

    def test_hostile(self):
        """what nobody should send is refused, and never a fault"""
        bodies = [b'', b'{', b'[]', b'"x"', b'null', b'\xff', b'{"name":1}', b'{"name":null}']
        bodies += [b'{"name":"x","tags":[null]}', b'{"name":"x","principals":{}}']
        bodies += [b'[' * 20_000, b'{"name":"' + b'x' * 100 + b'\\u0000"}']
        paths = ['/createresourceshare', '/deleteresourceshare?resourceShareArn=%ff']
        paths += ['/deleteresourceshare?resourceShareArn=a&resourceShareArn=b', '/tagresource']
        paths += ['/getresourceshares', '/createresourceshare/', '/%63reateresourceshare']
        for path in paths:
            for method in ('POST', 'DELETE', 'PUT', 'GET'):
                for body in bodies if method == 'POST' else [b'']:
                    with self.subTest(method=method, path=path, body=body[:20]):
                        status, answer = self.exchange(method, path, body)
                        self.assertIn(status, range(400, 500), answer)
                        self.assertRegex(json.loads(answer)['__type'], r'^[A-Za-z]+$')

    def exchange(self, method, path, body):
        """The status and the text of the answer to a signed request."""
        headers = {'Content-Type': 'application/json'}
        request = AWSRequest(method, f'{ENDPOINT}{path}', headers, body)
        SigV4Auth(boto3.Session().get_credentials(), 'ram', REGION).add_auth(request)
        sent = urllib.request.Request(request.url, body, dict(request.headers), method=method)
        try:
            with urllib.request.urlopen(sent) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


if __name__ == '__main__':
    main()
