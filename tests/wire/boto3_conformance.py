"""The registry as boto3 sees it: registry.md sections 1 to 12, 16, 20, and its checklist (26)."""

import json
import uuid
from datetime import datetime, timedelta, timezone

from botocore.exceptions import ClientError

from boto3_support import (
    ACCOUNT,
    REGION,
    ROOT,
    RegistryTest,
    arn,
    client,
    concurrently,
    fresh,
    main,
    specification,
    unversioned,
)

SECOND = timedelta(seconds=1)
CARD = json.dumps(
    {'model_overview': {'model_creator': 'ana'}, 'intended_uses': {'risk_rating': 'Low'}})


class Groups(RegistryTest):
    def test_create_twice(self):
        """A group is created once; a second time, in any case, it already exists."""
        name = fresh('Twice')
        created = self.sm.create_model_package_group(ModelPackageGroupName=name)
        self.assertEqual(created['ModelPackageGroupArn'], arn(f'model-package-group/{name}'))
        for again in (name, name.lower(), name.upper()):
            self.assert_refused(
                f'Model Package Group already exists: {arn(f"model-package-group/{name}")}',
                self.sm.create_model_package_group,
                ModelPackageGroupName=again,
            )

    def test_describe(self):
        """Describe answers what was given and no more, by name, in any case, and by ARN."""
        name = self.group('Plain')
        plain = self.sm.describe_model_package_group(ModelPackageGroupName=name)
        del plain['ResponseMetadata']
        created = plain.pop('CreationTime')
        self.assertEqual(created.tzinfo is not None, True)
        self.assertLess(abs(datetime.now(timezone.utc) - created), timedelta(minutes=5))
        self.assertEqual(
            plain,
            {
                'ModelPackageGroupName': name,
                'ModelPackageGroupArn': arn(f'model-package-group/{name}'),
                'CreatedBy': ROOT,
                'ModelPackageGroupStatus': 'Completed',
            },
        )
        for spelling in (name.upper(), arn(f'model-package-group/{name.lower()}')):
            found = self.sm.describe_model_package_group(ModelPackageGroupName=spelling)
            self.assertEqual(found['ModelPackageGroupName'], name)

    def test_describe_whole(self):
        """Describe answers description and managed configuration; tags are ListTags' to tell."""
        given = {
            'ModelPackageGroupDescription': 'Modèles de fraude – 2026',
            'ManagedConfiguration': {'ManagedStorageType': 'Restricted'},
        }
        name = self.group('Whole', Tags=[{'Key': 'team', 'Value': ''}], **given)
        found = self.sm.describe_model_package_group(ModelPackageGroupName=name)
        self.assertEqual({key: found[key] for key in given}, given)
        self.assertNotIn('Tags', found)

    def test_missing(self):
        """A missing group does not exist; its whole ARN is told, and never ResourceNotFound."""
        name = fresh('Nowhere')
        text = f'ModelPackageGroup {arn(f"model-package-group/{name}")} does not exist.'
        for call in (self.sm.describe_model_package_group, self.sm.delete_model_package_group):
            for spelling in (name, arn(f'model-package-group/{name}')):
                self.assert_refused(text, call, ModelPackageGroupName=spelling)
        try:
            self.sm.describe_model_package_group(ModelPackageGroupName=name)
        except self.sm.exceptions.ResourceNotFound:
            self.fail('AWS never answers ResourceNotFound here.')
        except ClientError:
            pass

    def test_delete(self):
        """Delete answers an empty body, works once, and not while versions remain."""
        name = self.group()
        package = self.version(name)
        message = self.refused(
            self.sm.delete_model_package_group, 'ConflictException', ModelPackageGroupName=name
        )
        self.assertEqual(
            message,
            f'ModelPackageGroup {arn(f"model-package-group/{name}")} '
            'cannot be deleted because it contains model packages.',
        )
        with self.assertRaises(self.sm.exceptions.ConflictException):
            self.sm.delete_model_package_group(ModelPackageGroupName=name)
        self.sm.delete_model_package(ModelPackageName=package)
        answer = self.sm.delete_model_package_group(ModelPackageGroupName=name)
        self.assertEqual(list(answer), ['ResponseMetadata'])
        self.assertIn('does not exist.', self.refused(
            self.sm.delete_model_package_group, ModelPackageGroupName=name))

    def test_recreate(self):
        """A group that is created again begins at version 1, without policy and tags."""
        name = self.group(Tags=[{'Key': 'old', 'Value': 'x'}])
        self.sm.delete_model_package(ModelPackageName=self.version(name))
        self.sm.delete_model_package_group(ModelPackageGroupName=name)
        self.sm.create_model_package_group(ModelPackageGroupName=name)
        self.assertEqual(self.version(name), arn(f'model-package/{name}/1'))
        self.assertEqual(
            self.sm.list_tags(ResourceArn=arn(f'model-package-group/{name}'))['Tags'], [])

    def test_tag_rules(self):
        """Tags at creation: no key twice, none that begins with aws:, at most 50."""
        create = self.sm.create_model_package_group
        twice = [{'Key': 'k', 'Value': 'a'}, {'Key': 'k', 'Value': 'b'}]
        reserved = [{'Key': 'aws:k', 'Value': 'a'}]
        many = [{'Key': f'k{n}', 'Value': ''} for n in range(51)]
        for tags in (twice, reserved, many):
            self.refused(create, ModelPackageGroupName=fresh('tags'), Tags=tags)
        name = self.group(Tags=many[:50])
        self.assertEqual(
            self.sm.list_tags(ResourceArn=arn(f'model-package-group/{name}'))['Tags'], many[:50])

    def test_list(self):
        """Groups are listed by creation unless asked otherwise; names match in any case."""
        prefix = fresh('List')
        names = [f'{prefix}-{letter}' for letter in 'cab']
        for name in names:
            self.sm.create_model_package_group(
                ModelPackageGroupName=name, ModelPackageGroupDescription=f'{name}.')
        listed = lambda **more: [
            group['ModelPackageGroupName']
            for group in self.sm.list_model_package_groups(
                NameContains=prefix.upper(), **more)['ModelPackageGroupSummaryList']
        ]
        self.assertEqual(listed(), names)
        self.assertEqual(listed(SortOrder='Descending'), names[::-1])
        self.assertEqual(listed(SortBy='CreationTime', SortOrder='Ascending'), names)
        self.assertEqual(listed(SortBy='Name'), sorted(names))
        self.assertEqual(listed(SortBy='Name', SortOrder='Descending'), sorted(names)[::-1])
        self.assertEqual(listed(CrossAccountFilterOption='SameAccount'), names)
        self.assertEqual(listed(CrossAccountFilterOption='CrossAccount'), [])
        now = datetime.now(timezone.utc)
        self.assertEqual(listed(CreationTimeAfter=now - 60 * SECOND), names)
        self.assertEqual(listed(CreationTimeAfter=now + 60 * SECOND), [])
        self.assertEqual(listed(CreationTimeBefore=now + 60 * SECOND), names)
        self.assertEqual(listed(CreationTimeBefore=now - 60 * SECOND), [])
        answer = self.sm.list_model_package_groups(NameContains=prefix)
        self.assertNotIn('NextToken', answer)
        first = answer['ModelPackageGroupSummaryList'][0]
        self.assertEqual(
            set(first),
            {'ModelPackageGroupName', 'ModelPackageGroupArn', 'ModelPackageGroupDescription',
             'CreationTime', 'ModelPackageGroupStatus'},
        )


class Policies(RegistryTest):
    def policy(self, group, principal='111122223333'):
        return json.dumps({
            'Version': '2012-10-17',
            'Statement': [{
                'Sid': 'Share',
                'Effect': 'Allow',
                'Principal': {'AWS': principal},
                'Action': ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages'],
                'Resource': [arn(f'model-package-group/{group}'), arn(f'model-package/{group}/*')],
            }],
        }, indent=2)

    def test_round_trip(self):
        """A policy comes back in the very text, is replaced as a whole, and is deleted once."""
        group = self.group()
        for principal in ('111122223333', '*', ['arn:aws:iam::111122223333:root', '444455556666']):
            text = self.policy(group, principal)
            put = self.sm.put_model_package_group_policy(
                ModelPackageGroupName=group, ResourcePolicy=text)
            self.assertEqual(put['ModelPackageGroupArn'], arn(f'model-package-group/{group}'))
            got = self.sm.get_model_package_group_policy(ModelPackageGroupName=group)
            self.assertEqual(got['ResourcePolicy'], text)
        answer = self.sm.delete_model_package_group_policy(ModelPackageGroupName=group)
        self.assertEqual(list(answer), ['ResponseMetadata'])
        none = f'Cannot find resource policy for: {arn(f"model-package-group/{group}")}'
        for call in (self.sm.get_model_package_group_policy,
                     self.sm.delete_model_package_group_policy):
            self.assert_refused(none, call, ModelPackageGroupName=group)

    def test_missing_group(self):
        """Without the group, all three cannot find it, in words of their own."""
        name = fresh('nowhere')
        text = f'Cannot find Model Package Group: {arn(f"model-package-group/{name}")}'
        for call in (self.sm.get_model_package_group_policy,
                     self.sm.delete_model_package_group_policy):
            self.assert_refused(text, call, ModelPackageGroupName=name)
        self.assert_refused(text, self.sm.put_model_package_group_policy,
                            ModelPackageGroupName=name, ResourcePolicy=self.policy(name))

    def test_name_only(self):
        """An ARN does not fit the pattern of the policy operations."""
        group = self.group()
        message = self.refused(self.sm.get_model_package_group_policy,
                               ModelPackageGroupName=arn(f'model-package-group/{group}'))
        self.assertIn("at 'modelPackageGroupName' failed to satisfy constraint", message)

    def test_bad_policies(self):
        """A bad policy is refused with `Invalid policy provided:` and the reason."""
        group = self.group()
        good = json.loads(self.policy(group))
        statement = good['Statement'][0]
        nobody = {key: value for key, value in statement.items() if key != 'Principal'}
        changed = lambda **more: json.dumps({**good, 'Statement': [{**statement, **more}]})
        bad = [
            'not json',
            '{}',
            json.dumps({**good, 'Version': '2026-01-01'}),
            changed(Action='s3:GetObject'),
            changed(Resource=arn('model-package-group/x')),
            json.dumps({**good, 'Statement': [nobody]}),
        ]
        for text in bad:
            with self.subTest(policy=text):
                message = self.refused(self.sm.put_model_package_group_policy,
                                       ModelPackageGroupName=group, ResourcePolicy=text)
                self.assertTrue(message.startswith('Invalid policy provided: '), message)
        for missing in ('role/ci/deployer', 'user/nobody'):
            stranger = f'arn:aws:iam::111122223333:{missing}'
            message = self.refused(self.sm.put_model_package_group_policy,
                                   ModelPackageGroupName=group,
                                   ResourcePolicy=self.policy(group, stranger))
            self.assertEqual(message, 'Invalid policy provided: Invalid principal in policy: '
                                      f'"AWS":"{stranger}"')
        duplicate = self.policy(group, ['111122223333', '111122223333'])
        message = self.refused(self.sm.put_model_package_group_policy,
                               ModelPackageGroupName=group, ResourcePolicy=duplicate)
        self.assertTrue(message.startswith('Invalid policy provided: Duplicate principal'), message)


class Registration(RegistryTest):
    def test_numbers(self):
        """Versions count from 1, and a number is never given twice."""
        group = self.group()
        versions = [self.version(group) for _ in range(3)]
        self.assertEqual(versions, [arn(f'model-package/{group}/{n}') for n in (1, 2, 3)])
        self.sm.delete_model_package(ModelPackageName=versions[2])
        self.assertEqual(self.version(group), arn(f'model-package/{group}/4'))

    def test_concurrency(self):
        """Fifty registrations at the same time get fifty dense numbers, in their order."""
        group = self.group()
        arns = concurrently([lambda: self.version(group)] * 50)
        self.assertEqual(
            sorted(int(one.rsplit('/', 1)[1]) for one in arns), list(range(1, 51)))
        listed = self.sm.list_model_packages(
            ModelPackageGroupName=group, SortBy='CreationTime', SortOrder='Descending')
        self.assertEqual(
            [one['ModelPackageVersion'] for one in listed['ModelPackageSummaryList']],
            list(range(50, 0, -1)))

    def test_defaults(self):
        """A version of nothing but its group has AWS's defaults."""
        group = self.group('Defaults')
        package = self.version(group.lower())
        found = self.described(package)
        self.assertIsInstance(found.pop('CreationTime'), datetime)
        self.assertEqual(found, {
            'ModelPackageName': f'{group}/1',
            'ModelPackageGroupName': group,
            'ModelPackageVersion': 1,
            'ModelPackageArn': arn(f'model-package/{group}/1'),
            'ModelPackageStatus': 'Completed',
            'ModelPackageStatusDetails': {'ValidationStatuses': [], 'ImageScanStatuses': []},
            'ModelApprovalStatus': 'PendingManualApproval',
            'CertifyForMarketplace': False,
            'SkipModelValidation': 'None',
            'CreatedBy': ROOT,
        })

    def test_unversioned(self):
        """A name without a group registers an unversioned package, which has no approval."""
        name = fresh('Solo')
        created = self.sm.create_model_package(
            **unversioned(name, Tags=[{'Key': 'team', 'Value': 'risk'}]))
        self.assertEqual(created['ModelPackageArn'], arn(f'model-package/{name}'))
        found = self.described(name)
        self.assertEqual(found['ModelPackageName'], name)
        for member in ('ModelPackageGroupName', 'ModelPackageVersion', 'ModelApprovalStatus',
                       'Tags', 'LastModifiedTime', 'LastModifiedBy'):
            self.assertNotIn(member, found)
        self.assert_refused(
            f'ModelPackage already exists: {arn(f"model-package/{name}")}',
            self.sm.create_model_package, **unversioned(name))
        self.refused(self.sm.create_model_package, **unversioned(name.upper()))

    def test_sdk_habits(self):
        """What SDKs always send is accepted: approval, flags, empty tags."""
        habits = {
            'CertifyForMarketplace': False,
            'ModelApprovalStatus': 'PendingManualApproval',
            'SkipModelValidation': 'None',
            'Tags': [],
        }
        found = self.described(self.version(self.group(), **habits))
        self.assertEqual(found['CertifyForMarketplace'], False)
        name = fresh('solo')
        self.sm.create_model_package(**unversioned(name, **habits))
        self.assertEqual(self.described(name)['ModelApprovalStatus'], 'PendingManualApproval')

    def test_neither_name_nor_group(self):
        """With neither name nor group: Missing ARN."""
        message = self.refused(
            self.sm.create_model_package, InferenceSpecification=specification())
        self.assertTrue(message.startswith('Missing ARN'), message)

    def test_group_missing(self):
        """A group that is missing does not exist and is not created."""
        name = fresh('nowhere')
        self.assert_refused(
            f'ModelPackageGroup {arn(f"model-package-group/{name}")} does not exist.',
            self.sm.create_model_package, ModelPackageGroupName=name)
        self.refused(self.sm.describe_model_package_group, ModelPackageGroupName=name)

    def test_client_tokens(self):
        """A ClientToken answers the same version; with other parameters, or after deletion, not."""
        group = self.group()
        request = {'ModelPackageGroupName': group, 'ClientToken': str(uuid.uuid4())}
        first = self.version(group, ClientToken=request['ClientToken'])
        self.assertEqual(self.sm.create_model_package(**request)['ModelPackageArn'], first)
        many = concurrently([lambda: self.sm.create_model_package(**request)] * 10)
        self.assertEqual({one['ModelPackageArn'] for one in many}, {first})
        message = self.refused(
            self.sm.create_model_package, ModelPackageDescription='other', **request)
        self.assertIn('ClientToken', message)
        self.assertEqual(self.version(group), arn(f'model-package/{group}/2'))
        self.sm.delete_model_package(ModelPackageName=first)
        self.assertEqual(
            self.sm.create_model_package(**request)['ModelPackageArn'],
            arn(f'model-package/{group}/3'))

    def test_names_at_the_same_time(self):
        """Of twenty calls at the same time one gets a name, whatever it names."""
        group = self.group()
        calls = {
            'group': lambda name: self.sm.create_model_package_group(ModelPackageGroupName=name),
            'package': lambda name: self.sm.create_model_package(**unversioned(name)),
            'alias': lambda name: self.sm.create_model_package(
                ModelPackageGroupName=group, ModelPackageName=name),
        }
        for kind, call in calls.items():
            name = fresh('Same')

            def attempt(spelling):
                try:
                    call(spelling)
                    return 'made'
                except ClientError as error:
                    return error.response['Error']['Code']

            spellings = [name, name.upper()] * 10
            outcomes = concurrently([lambda one=one: attempt(one) for one in spellings])
            self.assertEqual(sorted(outcomes), ['ValidationException'] * 19 + ['made'], kind)
        self.assertEqual(self.version(group), arn(f'model-package/{group}/2'))

    def test_tokens_at_the_same_time(self):
        """Twenty calls at the same time with one fresh token register one version."""
        group, token = self.group(), str(uuid.uuid4())
        arns = concurrently([lambda: self.version(group, ClientToken=token)] * 20)
        self.assertEqual(set(arns), {arn(f'model-package/{group}/1')})
        self.assertEqual(self.version(group), arn(f'model-package/{group}/2'))

    def test_specification_or_source(self):
        """InferenceSpecification and SourceUri exclude each other; each alone will do."""
        group = self.group()
        self.assert_refused(
            'InferenceSpecification and SourceUri cannot be specified together.',
            self.sm.create_model_package, ModelPackageGroupName=group,
            InferenceSpecification=specification(), SourceUri='dummy source uri')
        self.version(group, InferenceSpecification=specification())
        package = self.version(group, SourceUri='dummy source uri')
        self.assertNotIn('InferenceSpecification', self.described(package))
        self.refused(self.sm.create_model_package, ModelPackageGroupName=group, SourceUri='a=b')

    def test_clone(self):
        """A SourceUri that names a package clones its InferenceSpecification; it must exist."""
        group = self.group()
        source = self.version(group, InferenceSpecification=specification(Framework='SKLEARN'))
        clone = self.described(self.version(group, SourceUri=source))
        self.assertEqual(clone['InferenceSpecification'], specification(Framework='SKLEARN'))
        self.assertEqual(clone['SourceUri'], source)
        missing = arn(f'model-package/{group}/99')
        self.assert_refused(f'ModelPackage {missing} does not exist.',
                            self.sm.create_model_package,
                            ModelPackageGroupName=group, SourceUri=missing)

    def test_containers_of_unversioned(self):
        """An unversioned package's containers have no Environment."""
        given = unversioned(fresh('solo'))
        given['InferenceSpecification']['Containers'][0]['Environment'] = {'A': 'b'}
        self.assert_refused(
            '1 validation errors detected:Environment variable map cannot be specified when using '
            'non-versioned ModelPackages',
            self.sm.create_model_package, **given)
        source = {'S3DataSource': {
            'S3Uri': 's3://b/k/', 'S3DataType': 'S3Prefix', 'CompressionType': 'None'}}
        given['InferenceSpecification']['Containers'] = [{'Image': 'i', 'ModelDataSource': source}]
        self.refused(self.sm.create_model_package, **given)

    def test_containers(self):
        """What a contract cannot say of containers is refused as AWS does, or in plain words."""
        create, group = self.sm.create_model_package, self.group()
        extra = {'S3DataType': 'S3Prefix', 'S3Uri': 's3://b/k/'}
        self.assert_refused(
            'AdditionalS3DataSource is not allowed in InferenceSpecification', create,
            ModelPackageGroupName=group,
            InferenceSpecification=specification(AdditionalS3DataSource=extra))
        source = {'S3DataSource': {
            'S3Uri': 's3://b/k/', 'S3DataType': 'S3Prefix', 'CompressionType': 'None'}}
        self.refused(create, ModelPackageGroupName=group,
                     InferenceSpecification=specification(ModelDataSource=source))
        one = {'Name': 'small', 'Containers': [{'Image': 'i', 'AdditionalS3DataSource': extra}]}
        self.refused(create, ModelPackageGroupName=group,
                     AdditionalInferenceSpecifications=[one, one])
        self.version(group, AdditionalInferenceSpecifications=[one])

    def test_validation_profiles(self):
        """Validation is recorded, not run: the package is Completed, each profile has a status."""
        job = {
            'TransformInput': {'DataSource': {
                'S3DataSource': {'S3DataType': 'S3Prefix', 'S3Uri': 's3://b/in'}}},
            'TransformOutput': {'S3OutputPath': 's3://b/out'},
            'TransformResources': {'InstanceType': 'ml.m5.large', 'InstanceCount': 1},
        }
        package = self.version(self.group(), ValidationSpecification={
            'ValidationRole': f'arn:aws:iam::{ACCOUNT}:role/validate',
            'ValidationProfiles': [{'ProfileName': 'smoke', 'TransformJobDefinition': job}],
        })
        found = self.described(package)
        self.assertEqual(found['ModelPackageStatus'], 'Completed')
        self.assertEqual(found['ModelPackageStatusDetails'], {
            'ValidationStatuses': [{'Name': 'smoke', 'Status': 'NotStarted'}],
            'ImageScanStatuses': [],
        })
        profile = found['ValidationSpecification']['ValidationProfiles'][0]
        self.assertEqual(profile['TransformJobDefinition']['TransformOutput'],
                         {'S3OutputPath': 's3://b/out', 'KmsKeyId': ''})

    def test_bad_cards(self):
        """A card's content must be JSON of the package card's schema."""
        group = self.group()
        for content in ('not json', '[]', '{"model_package_details": {}}',
                        '{"intended_uses": {"risk_rating": "Enormous"}}'):
            message = self.refused(
                self.sm.create_model_package, ModelPackageGroupName=group,
                ModelCard={'ModelCardContent': content, 'ModelCardStatus': 'Draft'})
            self.assertNotIn('Enormous', message)

    def test_regions(self):
        """Each region has its own resources, and an ARN of another region is refused."""
        group = self.group()
        package = self.version(group)
        elsewhere = client(region='us-west-2')
        self.refused(elsewhere.describe_model_package_group, ModelPackageGroupName=group)
        text = 'ARN should be scoped to correct region: us-west-2'
        self.assert_refused(text, elsewhere.describe_model_package, ModelPackageName=package)
        self.assert_refused(text, elsewhere.list_tags,
                            ResourceArn=arn(f'model-package-group/{group}'))
        self.assert_refused(text, elsewhere.update_model_package,
                            ModelPackageArn=package, ModelApprovalStatus='Approved')
        elsewhere.create_model_package_group(ModelPackageGroupName=group)
        self.assertEqual(
            elsewhere.create_model_package(ModelPackageGroupName=group)['ModelPackageArn'],
            arn(f'model-package/{group}/1', 'us-west-2'))

    def test_foreign_accounts(self):
        """Another account's resources are denied, in AWS's words."""
        foreign = arn('model-package-group/theirs', account='111122223333')
        message = self.refused(self.sm.describe_model_package_group, 'AccessDeniedException',
                               ModelPackageGroupName=foreign)
        self.assertEqual(
            message,
            f'User: {ROOT["IamIdentity"]["Arn"]} is not authorized to perform: '
            f'sagemaker:DescribeModelPackageGroup on resource: {foreign} because no '
            'resource-based policy allows the sagemaker:DescribeModelPackageGroup action')
        self.refused(self.sm.create_model_package, 'AccessDeniedException',
                     ModelPackageGroupName=foreign)


class Describing(RegistryTest):
    def test_spellings(self):
        """A version is described by ARN and by group/version, in any case; not by its group."""
        group = self.group('Case')
        package = self.version(group)
        for spelling in (package, package.lower(), f'{group}/1', f'{group.upper()}/1'):
            self.assertEqual(self.described(spelling)['ModelPackageArn'], package)
        self.assert_refused(f'ModelPackage {arn(f"model-package/{group}")} does not exist.',
                            self.sm.describe_model_package, ModelPackageName=group)
        other = arn(f'model-package-group/{group}')
        self.assert_refused(f'ModelPackage {other} does not exist.',
                            self.sm.describe_model_package, ModelPackageName=other)

    def test_same_name(self):
        """A group and an unversioned package of one name live side by side."""
        name = self.group('Same')
        self.sm.create_model_package(**unversioned(name))
        package = self.version(name)
        self.assertEqual(self.described(name)['ModelPackageArn'], arn(f'model-package/{name}'))
        self.assertEqual(self.described(f'{name}/1')['ModelPackageArn'], package)

    def test_missing(self):
        """A missing package does not exist; the ARN in the text is whole."""
        group = self.group()
        self.assert_gone(arn(f'model-package/{group}/7'))
        self.assert_refused(f'ModelPackage {arn(f"model-package/{group}/7")} does not exist.',
                            self.sm.describe_model_package, ModelPackageName=f'{group}/7')


class Updating(RegistryTest):
    def test_approval_only(self):
        """An approval leaves all else as it is; LastModified appears with it, not before."""
        given = {
            'ModelPackageDescription': 'weekly',
            'InferenceSpecification': specification(),
            'CustomerMetadataProperties': {'owner': 'ana'},
            'ModelMetrics': {'ModelQuality': {'Statistics': {
                'ContentType': 'application/json', 'S3Uri': 's3://b/metrics.json'}}},
        }
        package = self.version(self.group(), **given)
        before = self.described(package)
        self.assertNotIn('LastModifiedTime', before)
        self.assertNotIn('LastModifiedBy', before)
        answer = self.sm.update_model_package(
            ModelPackageArn=package, ModelApprovalStatus='Approved',
            ApprovalDescription='meets the bar')
        self.assertEqual(answer['ModelPackageArn'], package)
        after = self.described(package)
        self.assertGreaterEqual(after.pop('LastModifiedTime'), before['CreationTime'])
        self.assertEqual(after.pop('LastModifiedBy'), ROOT)
        self.assertEqual(after, {
            **before, 'ModelApprovalStatus': 'Approved', 'ApprovalDescription': 'meets the bar'})

    def test_approval_moves(self):
        """Every move among the three approval statuses is legal, to itself too."""
        package = self.version(self.group())
        statuses = ('PendingManualApproval', 'Approved', 'Rejected')
        for origin in statuses:
            for target in statuses:
                for status in (origin, target):
                    self.sm.update_model_package(
                        ModelPackageArn=package, ModelApprovalStatus=status)
                self.assertEqual(self.described(package)['ModelApprovalStatus'], target)

    def test_approval_description(self):
        """ApprovalDescription stays until it is replaced; an empty one clears it."""
        package = self.version(self.group())
        self.sm.update_model_package(ModelPackageArn=package, ApprovalDescription='because')
        self.assertEqual(self.described(package)['ApprovalDescription'], 'because')
        self.sm.update_model_package(ModelPackageArn=package, ModelApprovalStatus='Rejected')
        self.assertEqual(self.described(package)['ApprovalDescription'], 'because')
        self.sm.update_model_package(ModelPackageArn=package, ApprovalDescription='')
        self.assertNotIn('ApprovalDescription', self.described(package))

    def test_metadata(self):
        """Customer metadata is merged by key; removals come after, and unknown keys do no harm."""
        given = {'a': '1', 'b': '2', 'c': '3'}
        package = self.version(self.group(), CustomerMetadataProperties=given)
        update = self.sm.update_model_package
        update(ModelPackageArn=package,
               CustomerMetadataProperties={'b': '20', 'd': '4', 'e': '5'},
               CustomerMetadataPropertiesToRemove=['a', 'e', 'unknown'])
        self.assertEqual(self.described(package)['CustomerMetadataProperties'],
                         {'b': '20', 'c': '3', 'd': '4'})
        update(ModelPackageArn=package, CustomerMetadataPropertiesToRemove=['b', 'c', 'd'])
        self.assertNotIn('CustomerMetadataProperties', self.described(package))
        update(ModelPackageArn=package,
               CustomerMetadataProperties={f'k{n}': 'v' for n in range(50)})
        self.refused(update, ModelPackageArn=package, CustomerMetadataProperties={'one': 'more'})
        self.assertEqual(len(self.described(package)['CustomerMetadataProperties']), 50)
        update(ModelPackageArn=package, CustomerMetadataProperties={'one': 'more'},
               CustomerMetadataPropertiesToRemove=['k0'])

    def test_updates_at_the_same_time(self):
        """Of forty updates at the same time, each with its own key, none is lost."""
        package = self.version(self.group())
        concurrently([
            lambda n=n: self.sm.update_model_package(
                ModelPackageArn=package, CustomerMetadataProperties={f'key-{n}': str(n)})
            for n in range(40)])
        self.assertEqual(self.described(package)['CustomerMetadataProperties'],
                         {f'key-{n}': str(n) for n in range(40)})

    def test_additional_specifications(self):
        """Additional specifications only grow: to fifteen, each with a name of its own."""
        one = lambda name: {'Name': name, 'Containers': [{'Image': 'i'}]}
        package = self.version(self.group(), AdditionalInferenceSpecifications=[one('s0')])
        update = self.sm.update_model_package
        update(ModelPackageArn=package,
               AdditionalInferenceSpecificationsToAdd=[one(f's{n}') for n in range(1, 15)])
        self.assertEqual(
            self.described(package)['AdditionalInferenceSpecifications'],
            [one(f's{n}') for n in range(15)])
        for name in ('s3', 'sixteenth'):
            self.refused(update, ModelPackageArn=package,
                         AdditionalInferenceSpecificationsToAdd=[one(name)])

    def test_specification_and_source(self):
        """InferenceSpecification and SourceUri replace whole; never both in one call."""
        package = self.version(self.group(), SourceUri='mlflow model 7')
        update = self.sm.update_model_package
        update(ModelPackageArn=package, InferenceSpecification=specification(Framework='XGBOOST'))
        update(ModelPackageArn=package, InferenceSpecification={'Containers': [{'Image': 'i'}]})
        update(ModelPackageArn=package, SourceUri='s3://bucket/other')
        found = self.described(package)
        self.assertEqual(found['InferenceSpecification'], {'Containers': [{'Image': 'i'}]})
        self.assertEqual(found['SourceUri'], 's3://bucket/other')
        self.assert_refused(
            'InferenceSpecification and SourceUri cannot be specified together.', update,
            ModelPackageArn=package, InferenceSpecification=specification(), SourceUri='s3://b/k')

    def test_life_cycle(self):
        """ModelLifeCycle is replaced whole and shows in summaries."""
        package = self.version(self.group())
        first = {'Stage': 'Staging', 'StageStatus': 'In-Progress', 'StageDescription': 'on trial'}
        second = {'Stage': 'Archived', 'StageStatus': 'Retired'}
        for cycle in (first, second):
            self.sm.update_model_package(ModelPackageArn=package, ModelLifeCycle=cycle)
            self.assertEqual(self.described(package)['ModelLifeCycle'], cycle)
        listed = self.sm.list_model_packages(ModelPackageGroupName=package.split('/')[1])
        self.assertEqual(listed['ModelPackageSummaryList'][0]['ModelLifeCycle'], second)
        self.refused(self.sm.update_model_package, ModelPackageArn=package,
                     ModelLifeCycle={'Stage': 'Pre Production', 'StageStatus': 'x'})

    def test_registration_type(self):
        """ModelPackageRegistrationType moves from Logged to Registered."""
        package = self.version(self.group(), ModelPackageRegistrationType='Logged')
        self.sm.update_model_package(
            ModelPackageArn=package, ModelPackageRegistrationType='Registered')
        self.assertEqual(self.described(package)['ModelPackageRegistrationType'], 'Registered')

    def test_model_card(self):
        """A card's status and content change apart; in the archive the content is frozen."""
        package = self.version(self.group())
        update = lambda **card: self.sm.update_model_package(
            ModelPackageArn=package, ModelCard=card)
        update(ModelCardContent=CARD, ModelCardStatus='Draft')
        update(ModelCardStatus='PendingReview')
        self.assertEqual(self.described(package)['ModelCard'],
                         {'ModelCardContent': CARD, 'ModelCardStatus': 'PendingReview'})
        other = json.dumps({'model_overview': {'model_creator': 'bo'}})
        update(ModelCardContent=other)
        update(ModelCardStatus='Archived')
        self.assertEqual(self.described(package)['ModelCard'],
                         {'ModelCardContent': other, 'ModelCardStatus': 'Archived'})
        message = self.refused(update, ModelCardContent=CARD)
        self.assertIn('Model Card is in Archived state.', message)

    def test_nothing_to_change(self):
        """An update of the ARN alone changes nothing, not even LastModifiedTime."""
        package = self.version(self.group())
        self.sm.update_model_package(ModelPackageArn=package)
        self.assertNotIn('LastModifiedTime', self.described(package))

    def test_refusals(self):
        """Updates refuse what is missing or unversioned."""
        missing = arn(f'model-package/{self.group()}/1')
        self.assert_refused(f'ModelPackage {missing} does not exist.', self.sm.update_model_package,
                            ModelPackageArn=missing, ModelApprovalStatus='Approved')
        solo = self.sm.create_model_package(**unversioned(fresh('solo')))['ModelPackageArn']
        self.refused(self.sm.update_model_package, ModelPackageArn=solo,
                     ModelApprovalStatus='Approved')


class Deleting(RegistryTest):
    def test_delete(self):
        """Delete answers an empty body, is effective at once, and works once; approved ones too."""
        group = self.group()
        package = self.version(group, ModelApprovalStatus='Approved')
        answer = self.sm.delete_model_package(ModelPackageName=package)
        self.assertEqual(list(answer), ['ResponseMetadata'])
        self.assert_gone(package)
        self.assert_refused(f'ModelPackage {package} does not exist.',
                            self.sm.delete_model_package, ModelPackageName=package)
        self.sm.delete_model_package_group(ModelPackageGroupName=group)

    def test_unversioned(self):
        """The name of a deleted unversioned package is free again."""
        name = fresh('solo')
        for _ in range(2):
            self.sm.create_model_package(**unversioned(name))
            self.sm.delete_model_package(ModelPackageName=name)


class Listing(RegistryTest):
    def listed(self, **query):
        answer = self.sm.list_model_packages(**query)
        self.assertNotIn('NextToken', answer)
        return [one['ModelPackageArn'] for one in answer['ModelPackageSummaryList']]

    def test_latest_approved(self):
        """The idiom of the newest approved version finds it; lists without a group do not."""
        group = self.group('Latest')
        one, two, three = (self.version(group) for _ in range(3))
        self.assertEqual(self.listed(NameContains=group), [])
        self.assertEqual(self.listed(ModelPackageGroupName=group), [one, two, three])
        for package in (two, one):
            self.sm.update_model_package(ModelPackageArn=package, ModelApprovalStatus='Approved')
        latest = self.sm.list_model_packages(
            ModelPackageGroupName=group, ModelApprovalStatus='Approved',
            SortBy='CreationTime', SortOrder='Descending', MaxResults=1)
        self.assertEqual([p['ModelPackageArn'] for p in latest['ModelPackageSummaryList']], [two])

    def test_types(self):
        """Without group: unversioned packages, unless the type says Versioned or Both."""
        name = self.group('Types')
        versions = [self.version(name) for _ in range(2)]
        solo = self.sm.create_model_package(**unversioned(name))['ModelPackageArn']
        self.assertEqual(self.listed(NameContains=name), [solo])
        self.assertEqual(self.listed(NameContains=name, ModelPackageType='Unversioned'), [solo])
        self.assertEqual(self.listed(NameContains=name, ModelPackageType='Versioned'), versions)
        self.assertEqual(self.listed(NameContains=name, ModelPackageType='Both'), [*versions, solo])
        self.assertEqual(
            self.listed(ModelPackageGroupName=name, ModelPackageType='Unversioned'), [])
        for kind in ('Versioned', 'Both'):
            self.assertEqual(
                self.listed(ModelPackageGroupName=name, ModelPackageType=kind), versions)
        self.assertEqual(
            self.listed(ModelPackageGroupName=arn(f'model-package-group/{name}')), versions)
        self.refused(self.sm.list_model_packages, ModelPackageType='VERSIONED')

    def test_missing_group(self):
        """A group that does not exist has no versions, which is no error."""
        self.assertEqual(self.listed(ModelPackageGroupName=fresh('nowhere')), [])

    def test_order_of_names(self):
        """By name, versions come in the order of their numbers, not of their digits."""
        group = self.group()
        for _ in range(11):
            self.version(group)
        numbers = lambda **more: [
            int(one.rsplit('/', 1)[1])
            for one in self.listed(ModelPackageGroupName=group, SortBy='Name', **more)]
        self.assertEqual(numbers(), list(range(1, 12)))
        self.assertEqual(numbers(SortOrder='Descending'), list(range(11, 0, -1)))

    def test_filters(self):
        """Filters join: approval, part of the name, and times, whose bounds are exclusive."""
        group = self.group('Filters')
        package = self.version(group, ModelApprovalStatus='Rejected')
        created = self.described(package)['CreationTime']
        query = {'ModelPackageGroupName': group}
        self.assertEqual(self.listed(**query, ModelApprovalStatus='Rejected'), [package])
        self.assertEqual(self.listed(**query, ModelApprovalStatus='Approved'), [])
        self.assertEqual(self.listed(**query, NameContains=group[2:9].upper()), [package])
        self.assertEqual(self.listed(**query, NameContains='zzz'), [])
        whole = created.replace(microsecond=0)
        self.assertEqual(self.listed(**query, CreationTimeAfter=whole - SECOND), [package])
        self.assertEqual(self.listed(**query, CreationTimeAfter=whole + SECOND), [])
        self.assertEqual(self.listed(**query, CreationTimeBefore=whole + SECOND), [package])
        self.assertEqual(self.listed(**query, CreationTimeBefore=whole), [])

    def test_summaries(self):
        """Summaries have what AWS's have, and an empty list is there without a token."""
        group = self.group()
        self.version(group, ModelPackageDescription='d', ModelPackageRegistrationType='Logged',
                     CustomerMetadataProperties={'a': 'b'}, InferenceSpecification=specification(),
                     ModelLifeCycle={'Stage': 'Dev', 'StageStatus': 'Open'})
        answer = self.sm.list_model_packages(ModelPackageGroupName=group)
        self.assertEqual(set(answer['ModelPackageSummaryList'][0]), {
            'ModelPackageName', 'ModelPackageGroupName', 'ModelPackageVersion', 'ModelPackageArn',
            'ModelPackageDescription', 'CreationTime', 'ModelPackageStatus', 'ModelApprovalStatus',
            'ModelLifeCycle', 'ModelPackageRegistrationType'})


class Batches(RegistryTest):
    def test_batch(self):
        """Summaries by the caller's ARN; each failure by itself."""
        group = self.group('Batch')
        package = self.version(group, ModelPackageDescription='d', ModelApprovalStatus='Approved',
                               InferenceSpecification=specification())
        bare = self.version(group)
        missing = arn(f'model-package/{group}/9')
        solo = self.sm.create_model_package(**unversioned(fresh('solo')))['ModelPackageArn']
        elsewhere = arn(f'model-package/{group}/1', 'us-west-2')
        foreign = arn(f'model-package/{group}/1', account='111122223333')
        spelt = package.replace('Batch', 'bATCH')
        answer = self.sm.batch_describe_model_package(
            ModelPackageArnList=[package, package, spelt, bare, missing, solo, elsewhere, foreign])
        summaries = answer['ModelPackageSummaries']
        self.assertEqual(set(summaries), {package, spelt})
        created = summaries[package].pop('CreationTime')
        self.assertEqual(created, self.described(package)['CreationTime'])
        self.assertEqual(summaries[package], {
            'ModelPackageGroupName': group,
            'ModelPackageVersion': 1,
            'ModelPackageArn': package,
            'ModelPackageDescription': 'd',
            'InferenceSpecification': specification(),
            'ModelPackageStatus': 'Completed',
            'ModelApprovalStatus': 'Approved',
        })
        errors = answer['BatchDescribeModelPackageErrorMap']
        self.assertEqual(set(errors), {bare, missing, solo, elsewhere, foreign})
        self.assertEqual(errors[missing], {
            'ErrorCode': 'ValidationException',
            'ErrorResponse': f'ModelPackage {missing} does not exist.'})
        self.assertEqual(errors[elsewhere]['ErrorResponse'],
                         f'ARN should be scoped to correct region: {REGION}')
        self.assertEqual(errors[foreign]['ErrorCode'], 'AccessDeniedException')

    def test_size(self):
        """One to a hundred ARNs."""
        one = arn('model-package/g/1')
        self.sm.batch_describe_model_package(
            ModelPackageArnList=[f'{one}{n}' for n in range(100)])
        for wrong in ([], [f'{one}{n}' for n in range(101)]):
            self.refused(self.unchecked.batch_describe_model_package, ModelPackageArnList=wrong)


class Tags(RegistryTest):
    def listed(self, resource):
        return self.sm.list_tags(ResourceArn=resource)['Tags']

    def round_trip(self, resource, before):
        self.assertEqual(self.listed(resource), before)
        added = [{'Key': 'team', 'Value': 'fraud'}, {'Key': 'Team', 'Value': ''},
                 {'Key': 'sagemaker:collection-path:1700000000000', 'Value': 'a/b'}]
        answer = self.sm.add_tags(ResourceArn=resource, Tags=added)
        self.assertEqual(answer['Tags'], self.listed(resource))
        self.assertEqual({tag['Key']: tag['Value'] for tag in answer['Tags']}, {
            **{tag['Key']: tag['Value'] for tag in before},
            **{tag['Key']: tag['Value'] for tag in added}})
        gone = self.sm.delete_tags(ResourceArn=resource, TagKeys=['team', 'absent'])
        self.assertEqual(list(gone), ['ResponseMetadata'])
        self.assertNotIn('team', [tag['Key'] for tag in self.listed(resource)])
        self.assertIn('Team', [tag['Key'] for tag in self.listed(resource)])

    def test_groups(self):
        """Tags of a group: added, overwritten by key with its case, listed, deleted."""
        tags = [{'Key': 'team', 'Value': 'risk'}, {'Key': 'stage', 'Value': 'dev'}]
        self.round_trip(arn(f'model-package-group/{self.group(Tags=tags)}'), tags)

    def test_unversioned(self):
        """Tags of an unversioned package, by whichever case of its ARN."""
        tags = [{'Key': 'team', 'Value': 'risk'}]
        name = fresh('Solo')
        self.sm.create_model_package(**unversioned(name, Tags=tags))
        self.round_trip(arn(f'model-package/{name}'), tags)
        self.assertEqual(self.listed(arn(f'model-package/{name.lower()}')),
                         self.listed(arn(f'model-package/{name}')))

    def test_versions(self):
        """Tags of a version (an extension), at its creation and after; not its group's."""
        group = self.group(Tags=[{'Key': 'of', 'Value': 'group'}])
        self.round_trip(self.version(group), [])
        tags = [{'Key': 'team', 'Value': 'risk'}]
        self.round_trip(self.version(group, Tags=tags), tags)

    def test_missing(self):
        """A missing resource does not exist, whichever the call and the kind."""
        for resource in ('model-package-group/nowhere', 'model-package/nowhere',
                         'model-package/nowhere/1', 'endpoint/nowhere'):
            missing = arn(resource)
            self.assert_refused('Resource does not exist.', self.sm.list_tags, ResourceArn=missing)
            self.assert_refused('Resource does not exist.', self.sm.add_tags, ResourceArn=missing,
                                Tags=[{'Key': 'a', 'Value': 'b'}])
            self.assert_refused('Resource does not exist.', self.sm.delete_tags,
                                ResourceArn=missing, TagKeys=['a'])

    def test_limit(self):
        """A resource has at most fifty tags."""
        tags = [{'Key': f'k{n}', 'Value': str(n)} for n in range(50)]
        resource = arn(f'model-package-group/{self.group(Tags=tags)}')
        with self.assertRaises(ClientError) as caught:
            self.sm.add_tags(ResourceArn=resource, Tags=[{'Key': 'more', 'Value': ''}])
        self.assertIn(caught.exception.response['Error']['Code'],
                      ('ResourceLimitExceeded', 'ValidationException'))
        self.sm.add_tags(ResourceArn=resource, Tags=[{'Key': 'k7', 'Value': 'new'}])
        self.assertEqual(self.sm.list_tags(ResourceArn=resource, MaxResults=50)['Tags'][7],
                         {'Key': 'k7', 'Value': 'new'})
        self.refused(self.sm.add_tags, ResourceArn=resource, Tags=[{'Key': 'aws:x', 'Value': ''}])


class ValidationTexts(RegistryTest):
    def test_pattern(self):
        """A bad name is told with its value, its path and the pattern."""
        model = self.sm.meta.service_model
        shape = model.shape_for('EntityName')
        self.assert_refused(
            "1 validation error detected: Value 'bad_name' at 'modelPackageGroupName' failed to "
            'satisfy constraint: Member must satisfy regular expression pattern: '
            f'{shape.metadata["pattern"]}',
            self.sm.create_model_package_group, ModelPackageGroupName='bad_name')

    def test_enum(self):
        """A bad enum value is told with the set."""
        message = self.refused(self.sm.create_model_package, ModelPackageGroupName='g',
                               ModelApprovalStatus='Maybe')
        self.assertRegex(
            message,
            r"^1 validation error detected: Value 'Maybe' at 'modelApprovalStatus' failed to "
            r'satisfy constraint: Member must satisfy enum value set: \[.*PendingManual.*\]$')

    def test_length(self):
        """Too many containers, and too long a name."""
        message = self.refused(
            self.sm.create_model_package, ModelPackageGroupName='g',
            InferenceSpecification={'Containers': [{'Image': 'i'}] * 16})
        self.assertRegex(
            message,
            r"^1 validation error detected: Value .*at 'inferenceSpecification\.containers' failed "
            r'to satisfy constraint: Member must have length less than or equal to 15$')
        message = self.refused(self.sm.create_model_package_group, ModelPackageGroupName='x' * 64)
        self.assertIn('Member must have length less than or equal to 63', message)
        name = fresh('x').ljust(63, 'x')
        self.sm.create_model_package_group(ModelPackageGroupName=name)

    def test_several(self):
        """Several faults are counted in one answer; elements of lists have their place."""
        message = self.refused(
            self.sm.create_model_package, ModelPackageGroupName='a_b', ModelApprovalStatus='Maybe',
            InferenceSpecification={'Containers': [{'Image': 'fine'}, {'Image': 'with space'}]})
        self.assertTrue(message.startswith('3 validation errors detected: '), message)
        self.assertIn("'inferenceSpecification.containers.2.member.image'", message)
        self.assertEqual(message.count('; '), 2)

    def test_range(self):
        """Numbers out of their range."""
        message = self.refused(self.sm.list_model_packages, MaxResults=1000)
        self.assertEqual(
            message,
            "1 validation error detected: Value '1000' at 'maxResults' failed to satisfy "
            'constraint: Member must have value less than or equal to 100')

    def test_code_points(self):
        """Lengths count characters, not UTF-16 units or bytes."""
        text = '\N{WINE GLASS}' * 1024
        package = self.version(self.group(), ModelPackageDescription=text)
        self.assertEqual(self.described(package)['ModelPackageDescription'], text)
        self.refused(self.sm.create_model_package, ModelPackageGroupName='g',
                     ModelPackageDescription=text + 'x')

    def test_metadata_limits(self):
        """Customer metadata: 1 to 50 entries, keys to 128, values 1 to 256 characters."""
        group = self.group()
        create = self.unchecked.create_model_package
        longest = {'k' * 128: 'v' * 256}
        self.assertEqual(
            self.described(self.version(group, CustomerMetadataProperties=longest))
            ['CustomerMetadataProperties'], longest)
        for wrong in ({}, {'k' * 129: 'v'}, {'k': 'v' * 257}, {'k': ''}, {'k!': 'v'}, {'k': 'v!'},
                      {f'k{n}': 'v' for n in range(51)}):
            with self.subTest(metadata=wrong):
                message = self.refused(
                    create, ModelPackageGroupName=group, CustomerMetadataProperties=wrong)
                self.assertIn('validation error', message)


class Wire(RegistryTest):
    def setUp(self):
        self.seen = []
        self.sm.meta.events.register('before-parse.sagemaker', self.see)

    def tearDown(self):
        self.sm.meta.events.unregister('before-parse.sagemaker', self.see)

    def see(self, response_dict, **_):
        self.seen.append(response_dict)

    def test_bodies(self):
        """Void operations answer no bytes, DeleteTags {}, empty lists their list and no token."""
        group = self.group()
        package = self.version(group)
        resource = arn(f'model-package-group/{group}')
        policy = json.dumps({'Version': '2012-10-17', 'Statement': [{
            'Effect': 'Allow', 'Principal': '*', 'Action': 'sagemaker:*', 'Resource': resource}]})
        self.sm.put_model_package_group_policy(ModelPackageGroupName=group, ResourcePolicy=policy)
        for call, inputs, body in (
            (self.sm.delete_model_package, {'ModelPackageName': package}, b''),
            (self.sm.delete_model_package_group_policy, {'ModelPackageGroupName': group}, b''),
            (self.sm.delete_tags, {'ResourceArn': resource, 'TagKeys': ['a']}, b'{}'),
            (self.sm.list_tags, {'ResourceArn': resource}, b'{"Tags":[]}'),
            (self.sm.list_model_packages, {'ModelPackageGroupName': group},
             b'{"ModelPackageSummaryList":[]}'),
            (self.sm.delete_model_package_group, {'ModelPackageGroupName': group}, b''),
        ):
            call(**inputs)
            response = self.seen[-1]
            self.assertEqual(response['status_code'], 200)
            self.assertEqual(response['body'], body)
            self.assertEqual(response['headers']['content-length'], str(len(body)))
            self.assertEqual(response['headers']['content-type'], 'application/x-amz-json-1.1')

    def test_numbers(self):
        """Times are numbers of seconds, to the millisecond; absent members are not there."""
        self.sm.describe_model_package(ModelPackageName=self.version(self.group()))
        body = json.loads(self.seen[-1]['body'])
        self.assertIsInstance(body['CreationTime'], (int, float))
        self.assertAlmostEqual(body['CreationTime'] * 1000, round(body['CreationTime'] * 1000), 3)
        self.assertNotIn('null', self.seen[-1]['body'].decode())

    def test_errors(self):
        """An error has its code in header and body, and its text in both spellings."""
        self.refused(self.sm.describe_model_package, ModelPackageName='nowhere')
        response = self.seen[-1]
        body = json.loads(response['body'])
        self.assertEqual(response['headers']['x-amzn-errortype'], 'ValidationException')
        self.assertEqual(body['__type'], 'ValidationException')
        self.assertEqual(body['message'], body['Message'])

    def test_request_ids(self):
        """Every answer has a request id of its own, a UUID version 4."""
        ids = {self.sm.list_model_packages()['ResponseMetadata']['RequestId'] for _ in range(3)}
        self.assertEqual(len(ids), 3)
        for one in ids:
            self.assertEqual(str(uuid.UUID(one)), one)
            self.assertEqual(uuid.UUID(one).version, 4)

    def test_other_operations(self):
        """Operations of SageMaker that are not spoken here are unknown, not failures."""
        message = self.refused(self.sm.list_endpoints, 'UnknownOperationException')
        self.assertIn('ListEndpoints', message)


class Extensions(RegistryTest):
    """docs/guide/extensions.md; what strict mode makes of each is in boto3_strict.py."""

    def test_archived(self):
        """Archived is entered from any status, listed, searched, and left only for a new review."""
        group = self.group()
        package = self.version(group)
        approve = lambda status: self.sm.update_model_package(
            ModelPackageArn=package, ModelApprovalStatus=status)
        for origin in ('PendingManualApproval', 'Approved', 'Rejected'):
            approve(origin)
            approve('Archived')
            approve('Archived')
            for wrong in ('Approved', 'Rejected'):
                self.refused(approve, status=wrong)
            self.assertEqual(self.described(package)['ModelApprovalStatus'], 'Archived')
            approve('PendingManualApproval')
        approve('Archived')
        listed = self.sm.list_model_packages(
            ModelPackageGroupName=group, ModelApprovalStatus='Archived')
        self.assertEqual(len(listed['ModelPackageSummaryList']), 1)
        found = self.sm.search(Resource='ModelPackage', SearchExpression={'Filters': [
            {'Name': 'ModelPackageGroupName', 'Value': group},
            {'Name': 'ModelApprovalStatus', 'Value': 'Archived'}]})
        self.assertEqual(len(found['Results']), 1)
        self.refused(self.sm.create_model_package, ModelPackageGroupName=group,
                     ModelApprovalStatus='Archived')
        self.assertEqual(self.version(group), arn(f'model-package/{group}/2'))

    def test_aliases(self):
        """A name beside the group is an alias, in any case, until its version is deleted."""
        group, alias = self.group('Grp'), fresh('Best')
        package = self.version(group, ModelPackageName=alias)
        self.assertEqual(package, arn(f'model-package/{group}/1'))
        for spelling in (alias, alias.upper(), arn(f'model-package/{alias}')):
            self.assertEqual(self.described(spelling)['ModelPackageArn'], package)
        self.assertEqual(self.described(package)['ModelPackageName'], alias)
        listed = self.sm.list_model_packages(ModelPackageGroupName=group)
        self.assertEqual(listed['ModelPackageSummaryList'][0]['ModelPackageName'], alias)
        taken = f'ModelPackage already exists: {arn(f"model-package/{alias}")}'
        self.assert_refused(taken, self.sm.create_model_package, **unversioned(alias))
        self.assert_refused(taken, self.sm.create_model_package,
                            ModelPackageName=alias, ModelPackageGroupName=group)
        self.sm.update_model_package(
            ModelPackageArn=arn(f'model-package/{alias}'), ModelApprovalStatus='Approved')
        self.assertEqual(self.described(package)['ModelApprovalStatus'], 'Approved')
        self.sm.delete_model_package(ModelPackageName=alias)
        self.assert_gone(package)
        self.assertEqual(
            self.version(group, ModelPackageName=alias), arn(f'model-package/{group}/2'))


if __name__ == '__main__':
    main()
