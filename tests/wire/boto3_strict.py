"""A server with --strict-aws answers each extension of docs/guide/extensions.md as AWS does."""

from boto3_support import ROOT, RegistryTest, arn, fresh, main, specification, unversioned

ENUM = (
    "1 validation error detected: Value 'Archived' at 'modelApprovalStatus' failed to satisfy "
    'constraint: Member must satisfy enum value set: [Approved, Rejected, PendingManualApproval]'
)


class Strict(RegistryTest):
    strict = True

    def test_archived(self):
        """Archived is not in the enum set: not on create, not on update, not in a list."""
        group = self.group()
        package = self.version(group)
        for call, inputs in (
            (self.sm.create_model_package, {'ModelPackageGroupName': group}),
            (self.sm.update_model_package, {'ModelPackageArn': package}),
            (self.sm.list_model_packages, {'ModelPackageGroupName': group}),
        ):
            self.assert_refused(ENUM, call, ModelApprovalStatus='Archived', **inputs)

    def test_aliases(self):
        """Name and group together are refused in AWS's words."""
        self.assert_refused(
            'Both ModelPackageName and ModelPackageGroupName are provided in the input. '
            'Cannot determine which one to use.',
            self.sm.create_model_package,
            ModelPackageName=fresh('alias'), ModelPackageGroupName=self.group())

    def test_names_of_versions(self):
        """A version has no ModelPackageName in Describe, List and Search; a lone package has."""
        group = self.group()
        package = self.version(group)
        found = self.described(package)
        self.assertNotIn('ModelPackageName', found)
        self.assertEqual(found['CreatedBy'], ROOT)
        listed = self.sm.list_model_packages(ModelPackageGroupName=group)
        self.assertNotIn('ModelPackageName', listed['ModelPackageSummaryList'][0])
        records = self.sm.search(Resource='ModelPackage', SearchExpression={'Filters': [
            {'Name': 'ModelPackageName', 'Operator': 'Contains', 'Value': group}]})['Results']
        self.assertEqual(len(records), 1)
        self.assertNotIn('ModelPackageName', records[0]['ModelPackage'])
        name = fresh('solo')
        self.sm.create_model_package(**unversioned(name))
        self.assertEqual(self.described(name)['ModelPackageName'], name)

    def test_tags_of_versions(self):
        """Versions have no tags: adding them is refused, the list of them is empty."""
        group = self.group(Tags=[{'Key': 'team', 'Value': 'risk'}])
        package = self.version(group, Tags=[])
        message = self.refused(self.sm.create_model_package, ModelPackageGroupName=group,
                               Tags=[{'Key': 'a', 'Value': 'b'}])
        self.assertIn('Tags are not supported', message)
        message = self.refused(self.sm.add_tags, ResourceArn=package,
                               Tags=[{'Key': 'a', 'Value': 'b'}])
        self.assertIn('Tags are not supported', message)
        self.assertEqual(self.sm.list_tags(ResourceArn=package)['Tags'], [])
        by_group = self.sm.search(Resource='ModelPackage', SearchExpression={'Filters': [
            {'Name': 'ModelPackageGroupName', 'Value': group},
            {'Name': 'Tags.team', 'Value': 'risk'}]})['Results']
        self.assertEqual(len(by_group), 1)

    def test_update_by_name(self):
        """Updates are by ARN alone: without it, it must not be null."""
        group = self.group()
        self.version(group)
        self.assert_refused(
            "1 validation error detected: Value null at 'modelPackageArn' failed to satisfy "
            'constraint: Member must not be null',
            self.unchecked.update_model_package, ModelApprovalStatus='Approved')

    def test_unversioned_instance_types(self):
        """An unversioned package must name its instance types."""
        self.refused(self.sm.create_model_package, ModelPackageName=fresh('solo'),
                     InferenceSpecification=specification())

    def test_everyday_work(self):
        """What AWS has works as ever: register, approve, list, tag, delete."""
        group = self.group('Everyday')
        package = self.version(group, InferenceSpecification=specification())
        self.sm.update_model_package(ModelPackageArn=package, ModelApprovalStatus='Approved')
        listed = self.sm.list_model_packages(
            ModelPackageGroupName=group, ModelApprovalStatus='Approved')
        self.assertEqual(listed['ModelPackageSummaryList'][0]['ModelPackageArn'], package)
        resource = arn(f'model-package-group/{group}')
        self.sm.add_tags(ResourceArn=resource, Tags=[{'Key': 'a', 'Value': 'b'}])
        self.sm.delete_model_package(ModelPackageName=f'{group}/1')
        self.assert_gone(package)
        self.sm.delete_model_package_group(ModelPackageGroupName=group)


if __name__ == '__main__':
    main()
