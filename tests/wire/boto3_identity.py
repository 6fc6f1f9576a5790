"""IAM and STS as boto3 sees them."""

import json
from urllib.request import urlopen

import boto3
from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, RegistryTest, fresh, main


def trusting(principal):
    """A trust policy that lets a principal make sessions of every kind."""
    actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    statement = {'Effect': 'Allow', 'Principal': {'AWS': principal}, 'Action': actions}
    return {'Version': '2012-10-17', 'Statement': [statement]}


def of(service, credentials=None):
    """A client of a service, of root or of an access key."""
    keys = {} if credentials is None else {
        'aws_access_key_id': credentials['AccessKeyId'],
        'aws_secret_access_key': credentials['SecretAccessKey'],
        'aws_session_token': credentials.get('SessionToken'),
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

    def policy(self, effect, action):
        """A policy of one statement."""
        statement = {'Effect': effect, 'Action': action, 'Resource': '*'}
        return {'Version': '2012-10-17', 'Statement': [statement]}

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

    def test_inline_policies(self):
        """what policies a user and its group have, is what it may do"""
        user, group = self.user()['UserName'], fresh('group')
        key = self.iam.create_access_key(UserName=user)['AccessKey']
        sagemaker = of('sagemaker', key)
        self.iam.create_group(GroupName=group)
        self.iam.add_user_to_group(GroupName=group, UserName=user)
        document = self.policy('Allow', 'sagemaker:List*')
        self.iam.put_group_policy(GroupName=group, PolicyName='read', PolicyDocument=json.dumps(document))
        sagemaker.list_model_package_groups()
        shown = self.iam.get_group_policy(GroupName=group, PolicyName='read')
        self.assertEqual(shown['PolicyDocument'], document)
        deny = self.policy('Deny', '*')
        self.iam.put_user_policy(UserName=user, PolicyName='stop', PolicyDocument=json.dumps(deny))
        self.assertEqual(self.denied(sagemaker.list_model_package_groups)[1], 'AccessDeniedException')
        self.assertEqual(self.iam.list_user_policies(UserName=user)['PolicyNames'], ['stop'])
        self.assertEqual(self.denied(self.iam.delete_group, GroupName=group)[1], 'DeleteConflict')
        self.iam.delete_user_policy(UserName=user, PolicyName='stop')
        sagemaker.list_model_package_groups()
        self.iam.delete_group_policy(GroupName=group, PolicyName='read')
        with self.assertRaises(self.iam.exceptions.MalformedPolicyDocumentException):
            self.iam.put_user_policy(UserName=user, PolicyName='p', PolicyDocument='{}')

    def test_managed_policies(self):
        """a managed policy lives from its creation to its deletion"""
        user, name = self.user()['UserName'], fresh('policy')
        document = self.policy('Allow', 'sagemaker:Describe*')
        tags = [{'Key': 'team', 'Value': 'risk'}]
        created = self.iam.create_policy(
            PolicyName=name, Path='/lab/', Description='é', PolicyDocument=json.dumps(document), Tags=tags
        )['Policy']
        arn = created['Arn']
        self.assertEqual(arn, f'arn:aws:iam::{ACCOUNT}:policy/lab/{name}')
        self.iam.attach_user_policy(UserName=user, PolicyArn=arn)
        self.iam.put_user_permissions_boundary(UserName=user, PermissionsBoundary=arn)
        shown = self.iam.get_policy(PolicyArn=arn)['Policy']
        self.assertEqual((shown['AttachmentCount'], shown['PermissionsBoundaryUsageCount']), (1, 1))
        self.assertEqual((shown['Description'], shown['Tags']), ('é', tags))
        boundary = self.iam.get_user(UserName=user)['User']['PermissionsBoundary']
        self.assertEqual(boundary['PermissionsBoundaryArn'], arn)
        attached = self.iam.list_attached_user_policies(UserName=user)['AttachedPolicies']
        self.assertEqual(attached, [{'PolicyName': name, 'PolicyArn': arn}])
        users = self.iam.list_entities_for_policy(PolicyArn=arn)['PolicyUsers']
        self.assertEqual([one['UserName'] for one in users], [user])
        other = self.policy('Deny', '*')
        version = self.iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=json.dumps(other), SetAsDefault=True
        )['PolicyVersion']
        self.assertEqual((version['VersionId'], version['IsDefaultVersion']), ('v2', True))
        first = self.iam.get_policy_version(PolicyArn=arn, VersionId='v1')['PolicyVersion']
        self.assertEqual((first['Document'], first['IsDefaultVersion']), (document, False))
        self.iam.set_default_policy_version(PolicyArn=arn, VersionId='v1')
        versions = self.iam.list_policy_versions(PolicyArn=arn)['Versions']
        self.assertEqual([one['VersionId'] for one in versions], ['v2', 'v1'])
        self.assertEqual(self.denied(self.iam.delete_policy, PolicyArn=arn)[:2], (409, 'DeleteConflict'))
        self.iam.detach_user_policy(UserName=user, PolicyArn=arn)
        self.iam.delete_user_permissions_boundary(UserName=user)
        self.iam.delete_policy_version(PolicyArn=arn, VersionId='v2')
        self.iam.delete_policy(PolicyArn=arn)
        with self.assertRaises(self.iam.exceptions.NoSuchEntityException):
            self.iam.get_policy(PolicyArn=arn)

    def test_account(self):
        """the account is told as a whole"""
        self.assertGreaterEqual(self.iam.get_account_summary()['SummaryMap']['UsersQuota'], 5000)
        self.assertEqual(self.iam.list_account_aliases()['AccountAliases'], [])
        name = fresh('policy')
        document = self.policy('Allow', '*')
        self.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
        pages = self.iam.get_paginator('get_account_authorization_details').paginate(
            Filter=['LocalManagedPolicy'], PaginationConfig={'PageSize': 1}
        )
        found = {one['PolicyName']: one for page in pages for one in page['Policies']}
        self.assertEqual(found[name]['PolicyVersionList'][0]['Document'], document)
        listed = self.iam.get_paginator('list_policies').paginate(
            Scope='All', PaginationConfig={'PageSize': 2}
        )
        names = [policy['PolicyName'] for page in listed for policy in page['Policies']]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn(name, names)
        self.assertIn('AdministratorAccess', names)

    def test_role(self):
        """a role lives from its creation to its deletion"""
        name, document = fresh('role'), trusting(ACCOUNT)
        role = self.iam.create_role(
            RoleName=name,
            Path='/ml/',
            AssumeRolePolicyDocument=json.dumps(document),
            Description='Brings models out',
            MaxSessionDuration=7200,
            Tags=[{'Key': 'team', 'Value': 'risk'}],
        )['Role']
        # botocore decodes and parses what IAM percent-encodes.
        self.assertEqual(role['AssumeRolePolicyDocument'], document)
        self.assertEqual(role['Arn'], f'arn:aws:iam::{ACCOUNT}:role/ml/{name}')
        shown = self.iam.get_role(RoleName=name)['Role']
        self.assertEqual(shown, {**role, 'RoleLastUsed': {}})
        self.iam.update_role(RoleName=name, MaxSessionDuration=3600)
        described = self.iam.update_role_description(RoleName=name, Description='Other')['Role']
        self.assertEqual((described['Description'], described['MaxSessionDuration']), ('Other', 3600))
        trusted = trusting(f'arn:aws:iam::{ACCOUNT}:root')
        self.iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trusted))
        self.iam.tag_role(RoleName=name, Tags=[{'Key': 'a', 'Value': ''}])
        self.iam.untag_role(RoleName=name, TagKeys=['team'])
        self.assertEqual(self.iam.list_role_tags(RoleName=name)['Tags'], [{'Key': 'a', 'Value': ''}])
        pages = self.iam.get_paginator('list_roles').paginate(PathPrefix='/ml/')
        listed = {one['RoleName']: one for page in pages for one in page['Roles']}
        self.assertEqual(listed[name]['AssumeRolePolicyDocument'], trusted)
        profiles = self.iam.list_instance_profiles_for_role(RoleName=name)
        self.assertEqual(profiles['InstanceProfiles'], [])
        self.iam.delete_role(RoleName=name)
        with self.assertRaises(self.iam.exceptions.NoSuchEntityException):
            self.iam.get_role(RoleName=name)
        with self.assertRaises(self.iam.exceptions.MalformedPolicyDocumentException):
            self.iam.create_role(RoleName=name, AssumeRolePolicyDocument='{}')

    def test_session(self):
        """a session reaches what its role is let to, and nothing when it is made narrower"""
        user = self.user()
        key = self.iam.create_access_key(UserName=user['UserName'])['AccessKey']
        name, group = fresh('role'), fresh('group')
        trust = json.dumps(trusting(user['Arn']))
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)['Role']
        root = boto3.client('sagemaker')
        arn = root.create_model_package_group(ModelPackageGroupName=group)['ModelPackageGroupArn']
        statement = {
            'Effect': 'Allow',
            'Principal': {'AWS': role['Arn']},
            'Action': 'sagemaker:DescribeModelPackageGroup',
            'Resource': arn,
        }
        policy = json.dumps({'Version': '2012-10-17', 'Statement': [statement]})
        root.put_model_package_group_policy(ModelPackageGroupName=group, ResourcePolicy=policy)
        assume = of('sts', key).assume_role
        asked = {'RoleArn': role['Arn'], 'RoleSessionName': 'ci', 'SourceIdentity': 'ana'}
        answer = assume(**asked, Tags=[{'Key': 'team', 'Value': 'risk'}])
        self.assertEqual(answer['SourceIdentity'], 'ana')
        self.assertGreater(answer['PackedPolicySize'], 0)
        session = of('sagemaker', answer['Credentials'])
        described = session.describe_model_package_group(ModelPackageGroupName=group)
        self.assertEqual(described['ModelPackageGroupArn'], arn)
        session_arn = f'arn:aws:sts::{ACCOUNT}:assumed-role/{name}/ci'
        self.assertEqual(answer['AssumedRoleUser']['Arn'], session_arn)
        self.assertEqual(of('sts', answer['Credentials']).get_caller_identity()['Arn'], session_arn)
        deny = {'Effect': 'Deny', 'Action': '*', 'Resource': '*'}
        narrow = json.dumps({'Version': '2012-10-17', 'Statement': [deny]})
        narrowed = of('sagemaker', assume(**asked, Policy=narrow)['Credentials'])
        status, code, message = self.denied(
            narrowed.describe_model_package_group, ModelPackageGroupName=group
        )
        self.assertEqual((status, code), (400, 'AccessDeniedException'))
        self.assertRegex(message, r'^User: .*/ci is not .* with an explicit deny in a session policy$')
        forged = {**answer['Credentials'], 'SessionToken': 'x' + answer['Credentials']['SessionToken']}
        self.assertEqual(
            self.denied(of('sagemaker', forged).list_model_package_groups)[1],
            'UnrecognizedClientException',
        )
        self.iam.delete_role(RoleName=name)
        self.assertEqual(
            self.denied(of('sts', answer['Credentials']).get_caller_identity)[:2],
            (403, 'InvalidClientTokenId'),
        )

    def test_presigned_session(self):
        """a presigned request carries its session's token in its query"""
        credentials = self.sts.get_session_token(DurationSeconds=900)['Credentials']
        sts = of('sts', credentials)
        url = sts.generate_presigned_url('get_caller_identity', HttpMethod='GET')
        self.assertIn('X-Amz-Security-Token=', url)
        with urlopen(url) as answer:
            self.assertIn(f'<Account>{ACCOUNT}</Account>', answer.read().decode())

    def decisions(self, call, **inputs):
        """What a simulation says of each action on each resource, its pages put together."""
        pages = self.iam.get_paginator(call).paginate(**inputs, PaginationConfig={'PageSize': 2})
        results = [one for page in pages for one in page['EvaluationResults']]
        return [(one['EvalActionName'], one['EvalResourceName'], one['EvalDecision']) for one in results]

    def test_simulate_principal(self):
        """what a user may do is told without a call of the user"""
        user = self.user(Tags=[{'Key': 'team', 'Value': 'risk'}])
        statement = {
            'Effect': 'Allow',
            'Action': 'sagemaker:*ModelPackage',
            'Resource': 'arn:aws:sagemaker:*:*:model-package/${aws:PrincipalTag/team}/*',
            'Condition': {'StringNotEquals': {'sagemaker:ModelApprovalStatus': 'Approved'}},
        }
        document = json.dumps({'Version': '2012-10-17', 'Statement': [statement]})
        self.iam.put_user_policy(UserName=user['UserName'], PolicyName='own', PolicyDocument=document)
        actions = ['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage', 'iam:ListUsers']
        own, other = (f'arn:aws:sagemaker:eu-west-1:{ACCOUNT}:model-package/{one}/1' for one in ('risk', 'other'))
        asked = {'PolicySourceArn': user['Arn'], 'ActionNames': actions, 'ResourceArns': [own, other]}
        told = self.decisions('simulate_principal_policy', **asked)
        allowed = [(action, own, 'allowed') for action in actions[:2]]
        self.assertEqual([one for one in told if one[2] != 'implicitDeny'], allowed)
        self.assertEqual(len(told), 6)
        approving = {
            'ContextKeyName': 'sagemaker:ModelApprovalStatus',
            'ContextKeyValues': ['Approved'],
            'ContextKeyType': 'string',
        }
        told = self.decisions('simulate_principal_policy', **asked, ContextEntries=[approving])
        self.assertEqual({decision for _, _, decision in told}, {'implicitDeny'})
        [result] = self.iam.simulate_principal_policy(
            PolicySourceArn=user['Arn'], ActionNames=actions[:1], ResourceArns=[own]
        )['EvaluationResults']
        self.assertEqual(result['MissingContextValues'], ['sagemaker:ModelApprovalStatus'])
        [matched] = result['MatchedStatements']
        self.assertEqual(matched['SourcePolicyId'].split('_')[-1], 'own')
        self.assertEqual(matched['StartPosition']['Line'], 1)
        bound = json.dumps(self.policy('Allow', 'iam:*'))
        [result] = self.iam.simulate_principal_policy(
            PolicySourceArn=user['Arn'], ActionNames=actions[:1], ResourceArns=[own],
            PermissionsBoundaryPolicyInputList=[bound],
        )['EvaluationResults']
        self.assertEqual(result['EvalDecision'], 'implicitDeny')
        self.assertFalse(result['PermissionsBoundaryDecisionDetail']['AllowedByPermissionsBoundary'])
        keys = self.iam.get_context_keys_for_principal_policy(PolicySourceArn=user['Arn'])
        self.assertEqual(
            sorted(keys['ContextKeyNames']), ['aws:PrincipalTag/team', 'sagemaker:ModelApprovalStatus']
        )
        missing = self.denied(
            self.iam.simulate_principal_policy, PolicySourceArn=user['Arn'] + 'x', ActionNames=actions
        )
        self.assertEqual(missing[:2], (404, 'NoSuchEntity'))

    def test_simulate_custom(self):
        """policies are tried before anybody has them"""
        allow, deny = (json.dumps(self.policy(*one)) for one in (('Allow', 'sagemaker:*'), ('Deny', 'sagemaker:Delete*')))
        actions = ['sagemaker:ListModelPackages', 'sagemaker:DeleteModelPackage', 'iam:GetUser']
        told = self.decisions('simulate_custom_policy', PolicyInputList=[allow, deny], ActionNames=actions)
        self.assertEqual([decision for _, _, decision in told], ['allowed', 'explicitDeny', 'implicitDeny'])
        conditional = {
            'Effect': 'Allow',
            'Action': '*',
            'Resource': '*',
            'Condition': {'Bool': {'aws:SecureTransport': 'true'}},
        }
        document = json.dumps({'Version': '2012-10-17', 'Statement': [conditional]})
        keys = self.iam.get_context_keys_for_custom_policy(PolicyInputList=[document])
        self.assertEqual(keys['ContextKeyNames'], ['aws:SecureTransport'])
        with self.assertRaises(self.iam.exceptions.InvalidInputException):
            self.iam.simulate_custom_policy(PolicyInputList=['{}'], ActionNames=actions)

    def test_denied_shapes(self):
        """who may not is told so in the shape of each protocol"""
        user = self.user()
        key = self.iam.create_access_key(UserName=user['UserName'])['AccessKey']
        json_calls = [
            ('sagemaker:ListModelPackageGroups', of('sagemaker', key).list_model_package_groups),
            ('cloudtrail:LookupEvents', of('cloudtrail', key).lookup_events),
        ]
        query_calls = [
            ('iam:ListUsers', of('iam', key).list_users),
            ('sts:GetAccessKeyInfo', lambda: of('sts', key).get_access_key_info(AccessKeyId=key['AccessKeyId'])),
        ]
        shapes = [(400, 'AccessDeniedException', json_calls), (403, 'AccessDenied', query_calls)]
        for status, code, calls in shapes:
            for action, call in calls:
                told = self.denied(call)
                self.assertEqual(told[:2], (status, code), action)
                self.assertRegex(told[2], f'^User: {user["Arn"]} is not authorized to perform: {action} on resource: ')
                self.assertRegex(told[2], f' because no identity-based policy allows the {action} action$')


if __name__ == '__main__':
    main()
