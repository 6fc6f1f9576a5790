"""What other clients send, call by call: registry.md section 22.

The SageMaker Python SDK and Terraform are too heavy to run here; their requests, the answers that
they read and the texts that they match are not.
"""

import json
from datetime import datetime

from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, RegistryTest, arn, fresh, main, specification, unversioned


def code_and_text(error):
    return error.response['Error']['Code'], error.response['Error']['Message']


class SageMakerSdk2(RegistryTest):
    """sagemaker 2.x: session.py, model.py, model package and workflow code."""

    def create_resource(self, create):
        """Session._create_resource: tolerates what is already there, by the text of the error."""
        try:
            create()
            return True
        except ClientError as error:
            code, text = code_and_text(error)
            if code == 'ValidationException' and (
                'Cannot create already existing' in text or 'already exists' in text
            ):
                return False
            raise

    def register(self, request):
        """create_model_package_from_containers with a group: its calls in their order."""
        group = request['ModelPackageGroupName']
        if not group.startswith('arn:'):
            found = self.sm.search(
                Resource='ModelPackageGroup',
                SearchExpression={'Filters': [
                    {'Name': 'ModelPackageGroupName', 'Value': group, 'Operator': 'Equals'}]},
            )
            if len(found.get('Results')) == 0:
                self.create_resource(
                    lambda: self.sm.create_model_package_group(ModelPackageGroupName=group))
        source = request.pop('SourceUri', None)
        if source is None or 'InferenceSpecification' not in request:
            more = {} if source is None else {'SourceUri': source}
            return self.sm.create_model_package(**request, **more)
        created = self.sm.create_model_package(**request)
        return self.sm.update_model_package(
            ModelPackageArn=created.get('ModelPackageArn'), SourceUri=source)

    def request(self, group, **more):
        """What Model.register always sends."""
        return {
            'ModelPackageGroupName': group,
            'InferenceSpecification': {
                **specification(),
                'SupportedRealtimeInferenceInstanceTypes': ['ml.m5.xlarge'],
                'SupportedTransformInstanceTypes': ['ml.m5.xlarge'],
            },
            'CertifyForMarketplace': False,
            'ModelApprovalStatus': 'PendingManualApproval',
            'SkipModelValidation': 'None',
            **more,
        }

    def test_register(self):
        """Model.register creates the group on demand; a second time it registers version 2."""
        group = fresh('Registered')
        first = self.register(self.request(group))
        second = self.register(self.request(group, ModelPackageDescription='second'))
        self.assertEqual(
            [first['ModelPackageArn'], second['ModelPackageArn']],
            [arn(f'model-package/{group}/{n}') for n in (1, 2)])
        third = self.register(self.request(arn(f'model-package-group/{group}')))
        self.assertEqual(third['ModelPackageArn'], arn(f'model-package/{group}/3'))

    def test_existing_group(self):
        """A group that someone else has just created is tolerated by its error's text."""
        group = self.group()
        self.assertFalse(self.create_resource(
            lambda: self.sm.create_model_package_group(ModelPackageGroupName=group)))
        name = fresh('solo')
        self.sm.create_model_package(**unversioned(name))
        with self.assertRaises(ClientError) as caught:
            self.sm.create_model_package(**unversioned(name))
        self.assertIn('ModelPackage already exists', str(caught.exception))

    def test_source_uri(self):
        """SourceUri comes by a second call when there are containers, else with the first."""
        group = fresh('Sourced')
        both = self.register(self.request(group, SourceUri='dummy source uri'))
        found = self.described(both['ModelPackageArn'])
        self.assertEqual(found['SourceUri'], 'dummy source uri')
        self.assertIn('InferenceSpecification', found)
        only = self.request(group, SourceUri='dummy source uri')
        del only['InferenceSpecification']
        self.assertNotIn('InferenceSpecification',
                         self.described(self.register(only)['ModelPackageArn']))

    def test_updates(self):
        """ModelPackage.update_* send one member a call; each leaves the others as they are."""
        package = self.register(self.request(
            fresh('Updated'), CustomerMetadataProperties={'old': 'x'}))['ModelPackageArn']
        update = lambda **members: self.sm.update_model_package(ModelPackageArn=package, **members)
        card = json.dumps({'model_overview': {'model_creator': 'ana'}})
        update(ModelApprovalStatus='Approved', ApprovalDescription='dummy')
        update(CustomerMetadataProperties={'Key': 'Value'})
        update(CustomerMetadataPropertiesToRemove=['old'])
        update(AdditionalInferenceSpecificationsToAdd=[
            {'Name': 'Inference', 'Containers': [{'Image': 'image'}],
             'SupportedContentTypes': ['text/csv']}])
        update(InferenceSpecification=specification(Framework='XGBOOST'))
        update(SourceUri='dummy source uri')
        update(ModelCard={'ModelCardContent': card})
        update(ModelCard={'ModelCardStatus': 'Draft'})
        update(ModelLifeCycle={'Stage': 'Staging', 'StageStatus': 'In-Progress',
                               'StageDescription': 'Sending for staging'})
        update(ModelLifeCycle={'Stage': 'Staging', 'StageStatus': 'In-Progress'})
        found = self.described(package)
        self.assertEqual(found['ModelApprovalStatus'], 'Approved')
        self.assertEqual(found['ApprovalDescription'], 'dummy')
        self.assertEqual(found['CustomerMetadataProperties'], {'Key': 'Value'})
        self.assertEqual(found['AdditionalInferenceSpecifications'][0]['Name'], 'Inference')
        self.assertEqual(found['InferenceSpecification'], specification(Framework='XGBOOST'))
        self.assertEqual(found['SourceUri'], 'dummy source uri')
        self.assertEqual(found['ModelCard'], {'ModelCardContent': card, 'ModelCardStatus': 'Draft'})
        self.assertEqual(
            found['ModelLifeCycle'], {'Stage': 'Staging', 'StageStatus': 'In-Progress'})

    def test_wait(self):
        """wait_for_model_package polls Describe until it says Completed, which it does at once."""
        package = self.register(self.request(fresh('Waited')))['ModelPackageArn']
        self.assertEqual(self.described(package)['ModelPackageStatus'], 'Completed')

    def test_latest_approved(self):
        """get_most_recently_created_approved_model_package finds the newest approved version."""
        group = self.group()
        for status in ('Approved', 'Approved', 'Rejected', 'PendingManualApproval'):
            self.version(group, ModelApprovalStatus=status)
        query = {'ModelPackageGroupName': group, 'ModelApprovalStatus': 'Approved',
                 'SortBy': 'CreationTime', 'SortOrder': 'Descending', 'MaxResults': 100}
        answer = self.sm.list_model_packages(**query)
        while not answer['ModelPackageSummaryList'] and 'NextToken' in answer:
            answer = self.sm.list_model_packages(**query, NextToken=answer['NextToken'])
        newest = answer['ModelPackageSummaryList'][0]
        self.assertEqual(newest['ModelPackageArn'], arn(f'model-package/{group}/2'))
        missing = self.sm.list_model_packages(ModelPackageGroupName=fresh('nowhere'))
        self.assertEqual(missing['ModelPackageSummaryList'], [])

    def test_cleanup(self):
        """The integration tests' clean-up: delete every version, then at once the group."""
        group = self.group()
        for _ in range(3):
            self.version(group)
        listed = self.sm.list_model_packages(ModelPackageGroupName=group)
        for package in listed['ModelPackageSummaryList']:
            self.sm.delete_model_package(ModelPackageName=package['ModelPackageArn'])
        self.sm.delete_model_package_group(ModelPackageGroupName=group)


class SageMakerSdk3(RegistryTest):
    """sagemaker 3.x: the generated resources of sagemaker-core."""

    def get(self, name):
        """ModelPackage.get: the resource as its attributes."""
        return self.described(name)

    def test_get_by_arn(self):
        """ModelPackage.get(arn), then refresh and delete by the name that Describe has given."""
        package = self.version(self.group('Core'))
        resource = self.get(package)
        refreshed = self.get(resource['ModelPackageName'])
        self.assertEqual(refreshed, resource)
        self.sm.update_model_package(
            ModelPackageArn=resource['ModelPackageArn'], ModelApprovalStatus='Approved',
            ApprovalDescription='Auto-approved')
        refreshed = self.get(resource['ModelPackageName'])
        self.assertEqual(refreshed['ModelApprovalStatus'], 'Approved')
        self.assertEqual(refreshed['ModelPackageStatus'], 'Completed')
        self.sm.delete_model_package(ModelPackageName=resource['ModelPackageName'])
        with self.assertRaises(ClientError) as caught:
            self.get(resource['ModelPackageName'])
        self.assertIn(code_and_text(caught.exception)[0],
                      ('ResourceNotFound', 'ValidationException'))

    def test_get_all(self):
        """ModelPackage.get_all: the iterator refreshes each item by its name, page by page."""
        group = self.group('Core')
        versions = [self.version(group) for _ in range(12)]
        found, token = [], {}
        while True:
            answer = self.sm.list_model_packages(
                ModelPackageGroupName=group, MaxResults=5, **token)
            summaries = answer['ModelPackageSummaryList']
            if not summaries:
                break
            found += [self.get(one['ModelPackageName'])['ModelPackageArn'] for one in summaries]
            if 'NextToken' not in answer:
                break
            token = {'NextToken': answer['NextToken']}
        self.assertEqual(found, versions)

    def test_register(self):
        """ModelBuilder.register looks for the group by its name, or part of it, and creates it."""
        group = fresh('Core')
        search = lambda: self.sm.search(
            Resource='ModelPackageGroup', SearchExpression={'Filters': [
                {'Name': 'ModelPackageGroupName', 'Operator': 'Equals', 'Value': group},
            ]})['Results']
        self.assertEqual(search(), [])
        listed = self.sm.list_model_package_groups(NameContains=group)
        self.assertEqual(listed['ModelPackageGroupSummaryList'], [])
        self.sm.create_model_package_group(ModelPackageGroupName=group)
        self.assertEqual(search()[0]['ModelPackageGroup']['ModelPackageGroupName'], group)
        self.version(group, ModelPackageDescription='no specification')
        self.sm.create_model_package(
            ModelPackageGroupName=group, ManagedStorageType='Restricted',
            ModelPackageRegistrationType='Logged')


class Terraform(RegistryTest):
    """aws_sagemaker_model_package_group and ..._policy of the AWS provider."""

    def read(self, name):
        """The provider's Read: None when the resource is to be removed from the state."""
        try:
            group = self.sm.describe_model_package_group(ModelPackageGroupName=name)
        except ClientError as error:
            code, text = code_and_text(error)
            if code == 'ValidationException' and 'does not exist' in text:
                return None
            raise
        tags = self.sm.list_tags(ResourceArn=group['ModelPackageGroupArn'])['Tags']
        return {
            'arn': group['ModelPackageGroupArn'],
            'model_package_group_name': group['ModelPackageGroupName'],
            'model_package_group_description': group.get('ModelPackageGroupDescription', ''),
            'status': group['ModelPackageGroupStatus'],
            'tags': {tag['Key']: tag['Value'] for tag in tags},
        }

    def read_policy(self, name):
        """The policy's Read."""
        try:
            answer = self.sm.get_model_package_group_policy(ModelPackageGroupName=name)
        except ClientError as error:
            code, text = code_and_text(error)
            gone = ('Cannot find Model Package Group', 'Cannot find resource policy')
            if code == 'ValidationException' and any(words in text for words in gone):
                return None
            raise
        return answer['ResourcePolicy']

    def test_group(self):
        """Apply, plan without a difference, change the tags, destroy."""
        name = fresh('tf-acc-test')
        wanted = {
            'arn': arn(f'model-package-group/{name}'),
            'model_package_group_name': name,
            'model_package_group_description': 'terraform',
            'status': 'Completed',
            'tags': {'key1': 'value1'},
        }
        self.sm.create_model_package_group(
            ModelPackageGroupName=name, ModelPackageGroupDescription='terraform',
            Tags=[{'Key': 'key1', 'Value': 'value1'}])
        self.assertEqual(self.read(name), wanted)
        self.assertEqual(self.read(name), wanted)
        self.sm.delete_tags(ResourceArn=wanted['arn'], TagKeys=['key1'])
        self.sm.add_tags(ResourceArn=wanted['arn'], Tags=[
            {'Key': 'key1', 'Value': 'value1updated'}, {'Key': 'key2', 'Value': ''}])
        self.assertEqual(
            self.read(name), {**wanted, 'tags': {'key1': 'value1updated', 'key2': ''}})
        self.sm.delete_tags(ResourceArn=wanted['arn'], TagKeys=['key1', 'key2'])
        self.assertEqual(self.read(name), {**wanted, 'tags': {}})
        self.sm.delete_model_package_group(ModelPackageGroupName=name)
        self.assertIsNone(self.read(name))

    def test_import(self):
        """A group without description and tags reads as one."""
        name = self.group('tf-acc-test')
        read = self.read(name)
        self.assertEqual((read['model_package_group_description'], read['tags']), ('', {}))

    def test_policy(self):
        """Put, read as the same JSON, replace, destroy; gone with the group too."""
        name = self.group('tf-acc-test')
        document = {
            'Version': '2012-10-17',
            'Statement': [{
                'Sid': 'AddPermModelPackageGroup',
                'Effect': 'Allow',
                'Action': ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages'],
                'Resource': arn(f'model-package-group/{name}'),
                'Principal': {'AWS': f'arn:aws:iam::{ACCOUNT}:root'},
            }],
        }
        self.assertIsNone(self.read_policy(name))
        put = lambda: self.sm.put_model_package_group_policy(
            ModelPackageGroupName=name, ResourcePolicy=json.dumps(document))
        put()
        self.assertEqual(json.loads(self.read_policy(name)), document)
        document['Statement'][0]['Action'] = 'sagemaker:DescribeModelPackageGroup'
        # Terraform's policy document data source leaves an empty Sid where none is given.
        document['Statement'][0]['Sid'] = ''
        put()
        self.assertEqual(json.loads(self.read_policy(name)), document)
        self.sm.delete_model_package_group_policy(ModelPackageGroupName=name)
        self.assertIsNone(self.read_policy(name))
        put()
        self.sm.delete_model_package_group(ModelPackageGroupName=name)
        self.assertIsNone(self.read_policy(name))

    def test_gone(self):
        """Deleting what is already gone is told by the texts that the provider ignores."""
        name = self.group('tf-acc-test')
        message = self.refused(
            self.sm.delete_model_package_group_policy, ModelPackageGroupName=name)
        self.assertIn('Cannot find resource policy', message)
        self.sm.delete_model_package_group(ModelPackageGroupName=name)
        message = self.refused(
            self.sm.delete_model_package_group_policy, ModelPackageGroupName=name)
        self.assertIn('Cannot find Model Package Group', message)
        message = self.refused(self.sm.delete_model_package_group, ModelPackageGroupName=name)
        self.assertIn('does not exist', message)


class OtherTools(RegistryTest):
    def test_airflow(self):
        """Airflow's operator creates the group, tolerating that it exists, then the version."""
        group = fresh('airflow')
        for number in (1, 2):
            try:
                self.sm.create_model_package_group(
                    ModelPackageGroupName=group, ModelPackageGroupDescription='d')
            except ClientError as error:
                code, text = code_and_text(error)
                self.assertEqual(code, 'ValidationException')
                self.assertTrue(text.startswith('Model Package Group already exists'), text)
            self.assertTrue(self.version(group).endswith(f'/{number}'))

    def test_ack(self):
        """ACK's controllers read a missing resource by the end of the sentence."""
        for call, member in ((self.sm.describe_model_package_group, 'ModelPackageGroupName'),
                             (self.sm.describe_model_package, 'ModelPackageName')):
            self.assertTrue(self.refused(call, **{member: fresh('x')}).endswith('does not exist.'))

    def test_drift_baselines(self):
        """Pipelines' check steps take the baselines of the newest approved version."""
        group = self.group()
        baselines = {'ModelQuality': {'Statistics': {
            'ContentType': 'application/json', 'S3Uri': 's3://b/statistics.json'}}}
        self.version(group, ModelApprovalStatus='Approved', DriftCheckBaselines=baselines)
        self.version(group)
        newest = self.sm.list_model_packages(
            ModelPackageGroupName=group, ModelApprovalStatus='Approved', SortBy='CreationTime',
            SortOrder='Descending', MaxResults=1)['ModelPackageSummaryList'][0]
        self.assertIsInstance(newest['CreationTime'], datetime)
        found = self.described(newest['ModelPackageArn'])
        self.assertEqual(found['DriftCheckBaselines'], baselines)


if __name__ == '__main__':
    main()
