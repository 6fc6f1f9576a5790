"""IAM and STS as boto3 sees them."""

from urllib.request import urlopen

import boto3
from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, RegistryTest, fresh, main


def of(service, credentials=None):
    """A client of a service, of root or of an access key."""
    keys = {} if credentials is None else {
        'aws_access_key_id': credentials['AccessKeyId'],
        'aws_secret_access_key': credentials['SecretAccessKey'],
    }
    return boto3.client(service, **keys)


class Identity(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.iam = of('iam')
        cls.sts = of('sts')

    def user(self, **more):
        """Creates a user and answers it."""
        return self.iam.create_user(UserName=fresh('user'), **more)['User']

    def denied(self, call, **inputs):
        """The error of a call that must be refused."""
        with self.assertRaises(ClientError) as caught:
            call(**inputs)
        response = caught.exception.response
        self.assertRegex(response['ResponseMetadata']['RequestId'], r'^[0-9a-f-]{36}$')
        status = response['ResponseMetadata']['HTTPStatusCode']
        return status, response['Error']['Code'], response['Error']['Message']

    def test_root(self):
        """root asks who it is, in the regional and in the global form"""
        for sts in (self.sts, boto3.client('sts', region_name='us-east-1')):
            answer = sts.get_caller_identity()
            self.assertEqual(answer['Account'], ACCOUNT)
            self.assertEqual(answer['Arn'], f'arn:aws:iam::{ACCOUNT}:root')
        self.assertEqual(self.iam.get_user()['User']['Arn'], f'arn:aws:iam::{ACCOUNT}:root')

    def test_presigned(self):
        """a presigned GetCallerIdentity is answered to whoever has the URL"""
        url = self.sts.generate_presigned_url('get_caller_identity', HttpMethod='GET')
        with urlopen(url) as answer:
            self.assertIn(f'<Account>{ACCOUNT}</Account>', answer.read().decode())

    def test_user(self):
        """a user lives from its creation to its deletion"""
        tags = [{'Key': 'team', 'Value': 'risk = 1'}]
        user = self.user(Path='/lab/', Tags=tags)
        name = user['UserName']
        self.assertEqual(self.iam.get_user(UserName=name)['User'], user)
        self.assertEqual(user['CreateDate'].tzname(), 'UTC')
        self.iam.update_user(UserName=name, NewUserName=name + '-2')
        name += '-2'
        self.iam.tag_user(UserName=name, Tags=[{'Key': 'a', 'Value': ''}])
        self.iam.untag_user(UserName=name, TagKeys=['team'])
        listed = self.iam.list_user_tags(UserName=name)
        self.assertEqual((listed['Tags'], listed['IsTruncated']), ([{'Key': 'a', 'Value': ''}], False))
        self.iam.delete_user(UserName=name)
        self.assertEqual(
            self.denied(self.iam.get_user, UserName=name),
            (404, 'NoSuchEntity', f'The user with name {name} cannot be found.'),
        )
        with self.assertRaises(self.iam.exceptions.NoSuchEntityException):
            self.iam.delete_user(UserName=name)

    def test_pages(self):
        """users come page by page"""
        path = f'/{fresh("pages")}/'
        names = [self.user(Path=path)['UserName'] for _ in range(7)]
        pages = self.iam.get_paginator('list_users').paginate(PathPrefix=path, PaginationConfig={'PageSize': 3})
        sizes = [[user['UserName'] for user in page['Users']] for page in pages]
        self.assertEqual([len(page) for page in sizes], [3, 3, 1])
        self.assertEqual(sum(sizes, []), sorted(names))

    def test_groups(self):
        """users join and leave groups"""
        name, user = fresh('group'), self.user()['UserName']
        group = self.iam.create_group(GroupName=name)['Group']
        self.iam.add_user_to_group(GroupName=name, UserName=user)
        shown = self.iam.get_group(GroupName=name)
        self.assertEqual(shown['Group'], group)
        self.assertEqual([one['UserName'] for one in shown['Users']], [user])
        groups = self.iam.list_groups_for_user(UserName=user)['Groups']
        self.assertEqual(groups, [group])
        self.assertEqual(self.denied(self.iam.delete_group, GroupName=name)[1], 'DeleteConflict')
        self.iam.remove_user_from_group(GroupName=name, UserName=user)
        self.iam.delete_group(GroupName=name)
        self.iam.delete_user(UserName=user)

    def test_keys(self):
        """a key signs for its user until it is deactivated"""
        user = self.user()
        name = user['UserName']
        key = self.iam.create_access_key(UserName=name)['AccessKey']
        answer = of('sts', key).get_caller_identity()
        self.assertEqual((answer['Arn'], answer['UserId']), (user['Arn'], user['UserId']))
        action = 'sagemaker:ListModelPackageGroups'
        self.assertEqual(
            self.denied(of('sagemaker', key).list_model_package_groups),
            (
                400,
                'AccessDeniedException',
                f'User: {user["Arn"]} is not authorized to perform: {action} on resource: * '
                f'because no identity-based policy allows the {action} action',
            ),
        )
        self.assertEqual(self.denied(of('iam', key).list_users)[:2], (403, 'AccessDenied'))
        self.iam.update_access_key(UserName=name, AccessKeyId=key['AccessKeyId'], Status='Inactive')
        self.assertEqual(
            self.denied(of('sts', key).get_caller_identity)[:2], (403, 'InvalidClientTokenId')
        )
        listed = self.iam.list_access_keys(UserName=name)['AccessKeyMetadata']
        self.assertEqual([(one['AccessKeyId'], one['Status']) for one in listed], [(key['AccessKeyId'], 'Inactive')])
        self.assertEqual(self.denied(self.iam.delete_user, UserName=name)[:2], (409, 'DeleteConflict'))
        self.iam.delete_access_key(UserName=name, AccessKeyId=key['AccessKeyId'])
        self.iam.delete_user(UserName=name)


if __name__ == '__main__':
    main()
