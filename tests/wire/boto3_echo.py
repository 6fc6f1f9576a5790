"""Every member that CreateModelPackage and UpdateModelPackage take comes back from Describe.

Inputs are generated from botocore's model of the operation, so that a member that AWS adds is
tested as soon as botocore is raised. Some members exclude others, so several inputs share the work;
together they must name every place that the input has.
"""

import json
import uuid

from boto3_support import ACCOUNT, RegistryTest, arn, fresh, main

DIGEST = 'sha256:' + '0123456789abcdef' * 4
CARD = json.dumps({
    'model_overview': {'model_creator': 'ana', 'model_artifact': ['s3://bucket/model.tar.gz']},
    'intended_uses': {'purpose_of_model': 'fraud', 'risk_rating': 'High'},
    'business_details': {'line_of_business': 'cards'},
    'training_details': {'training_observations': 'converged'},
    'evaluation_details': [{'name': 'holdout', 'metric_groups': [
        {'name': 'quality', 'metric_data': [{'name': 'auc', 'type': 'number', 'value': 0.93}]}]}],
    'additional_information': {'custom_details': {'ticket': 'ML-17'}},
})

# A string that fits, by the name of its shape; the pattern of the rest takes any word.
FITTING = {
    'EntityDescription': 'Détection de fraude: 中文, €5 – “good”',
    'ImageDigest': DIGEST,
    'ContentDigest': DIGEST,
    'Url': 's3://bucket/key/model.tar.gz',
    'S3ModelUri': 's3://bucket/key/',
    'S3Uri': 'https://bucket.example.com/key?a=b',
    'ContainerImage': f'{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/image:tag@{DIGEST}',
    'HubContentArn': f'arn:aws:sagemaker:eu-west-1:{ACCOUNT}:hub-content/hub/Model/m/1.0.0',
    'EnvironmentValue': 'first line\n\tsecond = "líne"',
    'DataInputConfig': '{"input": [1, 3, 224, 224]}\n',
    'ModelPackageFrameworkVersion': '1.7-1',
    'AdditionalModelChannelName': 'channel_1.a-b',
    'HubContentVersion': '1.20.300',
    'ResponseMIMEType': 'application/json; charset=utf-8',
    'RoleArn': f'arn:aws:iam::{ACCOUNT}:role/service-role/Validate+It=@1',
    'KmsKeyId': f'arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab',
    'TagKey': 'Team: größe @home',
    'TagValue': 'größe +1 = a/b',
    'CustomerMetadataKey': 'größe.of-model',
    'CustomerMetadataValue': 'a/b c:d=e+f@g',
    'ModelPackageSourceUri': 's3://bucket/run-7, “best”',
    'ModelCardContent': CARD,
    'String': 'anything – at\n all',
    'MetadataPropertyValue': 'commit 5f3a – «x»',
}


class Filler:
    """Fills a shape without the members of some paths, and notes every place that it filled."""

    def __init__(self, skip=(), turn=0):
        self.skip = set(skip)
        self.turn = turn
        self.places = set()

    def fill(self, shape, path=''):
        kind = shape.type_name
        if kind == 'structure':
            members = {
                name: (member, f'{path}.{name}' if path else name)
                for name, member in shape.members.items()
            }
            return {
                name: self.fill(member, place)
                for name, (member, place) in members.items()
                if place not in self.skip
            }
        if kind == 'list':
            if getattr(shape.member, 'enum', None):
                self.places.add(path)
                return list(shape.member.enum)
            return [self.fill(shape.member, path)]
        if kind == 'map':
            return {self.scalar(shape.key): self.fill(shape.value, path)}
        self.places.add(path)
        return self.scalar(shape)

    def scalar(self, shape):
        if shape.type_name == 'boolean':
            return self.turn % 2 == 0
        if shape.type_name in ('integer', 'long'):
            return max(shape.metadata.get('min', 0), 7)
        assert shape.type_name == 'string', f'{shape.name} is a {shape.type_name}'
        if shape.enum:
            return shape.enum[self.turn % len(shape.enum)]
        if shape.metadata.get('max') == 63:
            return f'name-{self.turn}'
        return FITTING.get(shape.name, 'word')


MODEL_DATA = [
    'InferenceSpecification.Containers.ModelDataUrl',
    'SourceAlgorithmSpecification.SourceAlgorithms.ModelDataUrl',
    'AdditionalInferenceSpecifications.Containers.ModelDataUrl',
]
MODEL_SOURCE = [path.replace('ModelDataUrl', 'ModelDataSource') for path in MODEL_DATA]
# Never in the main specification, neither on AWS.
NEVER = 'InferenceSpecification.Containers.AdditionalS3DataSource'
OF_VERSIONS = [
    'ModelPackageGroupName', 'SourceUri', *MODEL_SOURCE,
    'InferenceSpecification.Containers.Environment',
    'AdditionalInferenceSpecifications.Containers.Environment',
]


class Echo(RegistryTest):
    """In the order of the letters: the fifth test adds up what those before it have named."""

    places = set()

    def setUp(self):
        model = self.sm.meta.service_model
        self.shape = model.operation_model('CreateModelPackage').input_shape
        self.update_shape = model.operation_model('UpdateModelPackage').input_shape

    def registered(self, filler, **chosen):
        """Registers what a filler makes, and answers the input and Describe's answer."""
        given = {**filler.fill(self.shape), **chosen}
        if 'ClientToken' in given:
            given['ClientToken'] = str(uuid.uuid4())
        package = self.sm.create_model_package(**given)['ModelPackageArn']
        type(self).places |= filler.places
        return given, self.described(package)

    def assert_echoed(self, given, found, but=()):
        """Describe answers each member as it was given."""
        for member, value in given.items():
            if member in ('ClientToken', *but):
                continue
            with self.subTest(member=member):
                self.assertIn(member, found)
                self.assertEqual(found[member], value)

    def test_a_versions(self):
        """A version with model data by URL, and with every value of lists and small enums."""
        skip = [NEVER, 'ModelPackageName', 'Tags', 'SourceUri', *MODEL_SOURCE]
        for turn in range(4):
            given, found = self.registered(
                Filler(skip, turn), ModelPackageGroupName=self.group('Echo'))
            self.assert_echoed(given, found)

    def test_b_sources(self):
        """A version with model data by source, tags, and an alias."""
        skip = [NEVER, 'SourceUri', *MODEL_DATA]
        given, found = self.registered(
            Filler(skip), ModelPackageGroupName=self.group('Echo'), ModelPackageName=fresh('Alias'))
        self.assert_echoed(given, found, but=['Tags'])
        tags = self.sm.list_tags(ResourceArn=found['ModelPackageArn'])['Tags']
        self.assertEqual(tags, given['Tags'])

    def test_c_source_uri(self):
        """A version with a SourceUri in place of a specification."""
        skip = ['ModelPackageName', 'Tags', 'InferenceSpecification', *MODEL_DATA]
        given, found = self.registered(Filler(skip), ModelPackageGroupName=self.group('Echo'))
        self.assert_echoed(given, found)
        self.assertNotIn('InferenceSpecification', found)

    def test_d_unversioned(self):
        """An unversioned package with everything that it may have."""
        given, found = self.registered(
            Filler([NEVER, *OF_VERSIONS]), ModelPackageName=fresh('Echo'))
        self.assert_echoed(given, found, but=['Tags'])
        tags = self.sm.list_tags(ResourceArn=found['ModelPackageArn'])['Tags']
        self.assertEqual(tags, given['Tags'])

    def test_e_whole(self):
        """Together these inputs had every place of the input but one, which AWS refuses."""
        everything = Filler()
        everything.fill(self.shape)
        self.assertGreater(len(everything.places), 150)
        left = {path for path in everything.places - self.places if not path.startswith(NEVER)}
        self.assertEqual(left, set())

    def test_f_records(self):
        """Search answers the same record, and the batch its part of it."""
        skip = [NEVER, 'ModelPackageName', 'Tags', 'SourceUri', *MODEL_SOURCE]
        group = self.group('Echo')
        given, found = self.registered(Filler(skip), ModelPackageGroupName=group)
        records = self.sm.search(Resource='ModelPackage', SearchExpression={'Filters': [
            {'Name': 'ModelPackageGroupName', 'Value': group}]})['Results']
        record = records[0]['ModelPackage']
        self.assertEqual(record.pop('Tags', []), [])
        found.pop('ManagedStorageType')
        self.assertEqual(record, found)
        package = found['ModelPackageArn']
        batch = self.sm.batch_describe_model_package(ModelPackageArnList=[package])
        summary = batch['ModelPackageSummaries'][package]
        self.assertEqual(summary, {member: found[member] for member in summary})

    def test_g_updates(self):
        """Every member that an update takes changes Describe, one by one and at once."""
        skip = ['ModelPackageArn', 'ClientToken', NEVER, *MODEL_SOURCE, 'SourceUri',
                'AdditionalInferenceSpecificationsToAdd.Containers.ModelDataSource']
        members = Filler(skip).fill(self.update_shape)
        members['SourceUri'] = 'mlflow 7'
        self.assertEqual(
            set(members), set(self.update_shape.members) - {'ModelPackageArn', 'ClientToken'})
        echoed = {member: member for member in members}
        echoed['AdditionalInferenceSpecificationsToAdd'] = 'AdditionalInferenceSpecifications'
        del echoed['CustomerMetadataPropertiesToRemove']
        package = self.version(self.group())
        for member, target in echoed.items():
            self.sm.update_model_package(ModelPackageArn=package, **{member: members[member]})
            self.assertEqual(self.described(package)[target], members[member])
        del members['SourceUri'], members['CustomerMetadataPropertiesToRemove']
        package = self.version(self.group())
        self.sm.update_model_package(
            ModelPackageArn=package, ClientToken=str(uuid.uuid4()), **members)
        found = self.described(package)
        for member, value in members.items():
            self.assertEqual(found[echoed[member]], value)

    def test_h_longest(self):
        """Strings of the greatest length that the model allows are taken."""
        longest = {
            'ModelPackageDescription': 'é' * 1024,
            'SourceUri': 's3://b/' + 'k' * 1017,
            'SamplePayloadUrl': 's3://b/' + 'k' * 1017,
            'CustomerMetadataProperties': {f'{n:0128}': 'v' * 256 for n in range(50)},
            'MetadataProperties': {name: 'x' * 1024 for name in (
                'CommitId', 'Repository', 'GeneratedBy', 'ProjectId')},
            'ModelLifeCycle': {'Stage': 'S' * 63, 'StageStatus': 'T' * 63,
                               'StageDescription': 'd' * 1024},
            'AdditionalInferenceSpecifications': [{
                'Name': f'{n:063}',
                'Containers': [{
                    'Image': 'i' * 255,
                    'Environment': {f'K{e:0100}': 'v' * 1024 for e in range(16)},
                }] * 15,
            } for n in range(3)],
            'ModelCard': {'ModelCardStatus': 'Draft', 'ModelCardContent': json.dumps(
                {'additional_information': {'custom_details': {
                    f'{n:020}': 'x' * 1000 for n in range(96)}}})},
        }
        package = self.version(self.group('E'.ljust(54, 'x')), **longest)
        self.assert_echoed(longest, self.described(package))
        self.assertEqual(package.count(arn('model-package/')), 1)


if __name__ == '__main__':
    main()
