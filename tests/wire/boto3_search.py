"""Search, and lists in pages, as boto3 sees them: registry.md sections 1.7, 10, 13 and 14."""

from datetime import datetime, timedelta, timezone

from boto3_support import ROOT, RegistryTest, arn, concurrently, fresh, main, unversioned

SECOND = timedelta(seconds=1)


class Searching(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name = fresh('Search')
        cls.sm.create_model_package_group(
            ModelPackageGroupName=cls.name, ModelPackageGroupDescription='d',
            Tags=[{'Key': 'team', 'Value': 'risk'}, {'Key': 'a.b', 'Value': 'dotted'}])
        create = cls.sm.create_model_package
        create(ModelPackageGroupName=cls.name, ModelApprovalStatus='Approved',
               CustomerMetadataProperties={'accuracy': '0.93', 'x.y': 'z'},
               ModelLifeCycle={'Stage': 'Production', 'StageStatus': 'Open'},
               InferenceSpecification={'Containers': [
                   {'Image': 'one', 'Framework': 'XGBOOST'},
                   {'Image': 'two', 'Framework': 'SKLEARN'}]})
        create(ModelPackageGroupName=cls.name, ModelApprovalStatus='Rejected',
               ModelPackageDescription='weekly retrain',
               CustomerMetadataProperties={'accuracy': '0.71'},
               InferenceSpecification={'Containers': [{'Image': 'one', 'Framework': 'SKLEARN'}]})
        create(ModelPackageGroupName=cls.name, SkipModelValidation='All',
               Tags=[{'Key': 'team', 'Value': 'fraud'}])

    def found(self, *filters, **more):
        """The versions of this test's group that a search finds, the latest modified first."""
        mine = {'Name': 'ModelPackageGroupName', 'Operator': 'Equals', 'Value': self.name}
        expression = {'Filters': [mine, *filters]}
        query = {'Resource': 'ModelPackage', 'SearchExpression': expression, **more}
        records = self.sm.search(**query)['Results']
        return [one['ModelPackage']['ModelPackageVersion'] for one in records]

    def test_operators(self):
        """Every operator on every kind of property."""
        of = lambda name, operator=None, value=None: {
            'Name': name,
            **({'Operator': operator} if operator else {}),
            **({'Value': value} if value is not None else {}),
        }
        created = self.described(f'{self.name}/1')['CreationTime']
        stamp = lambda time: time.strftime('%Y-%m-%dT%H:%M:%S')
        version, approval = 'ModelPackageVersion', 'ModelApprovalStatus'
        cases = [
            ([], [3, 2, 1]),
            ([of(approval, 'Equals', 'Approved')], [1]),
            ([of(approval, None, 'Approved')], [1]),
            ([of(approval, 'NotEquals', 'Approved')], [3, 2]),
            ([of(approval, 'In', 'Approved,Rejected')], [2, 1]),
            ([of(approval, 'Contains', 'ject')], [2]),
            ([of('CustomerMetadataProperties.accuracy', 'Exists')], [2, 1]),
            ([of('CustomerMetadataProperties.accuracy')], [2, 1]),
            ([of('CustomerMetadataProperties.accuracy', 'NotExists')], [3]),
            ([of('CustomerMetadataProperties.accuracy', 'Equals', '0.93')], [1]),
            ([of('CustomerMetadataProperties.accuracy', 'NotEquals', '0.93')], [3, 2]),
            ([of('CustomerMetadataProperties.x.y', 'Equals', 'z')], [1]),
            ([of('ModelLifeCycle.Stage', 'Equals', 'Production')], [1]),
            ([of('ModelLifeCycle', 'NotExists')], [3, 2]),
            ([of(version, 'Equals', '2')], [2]),
            ([of(version, 'NotEquals', '2')], [3, 1]),
            ([of(version, 'GreaterThan', '2')], [3]),
            ([of(version, 'GreaterThanOrEqualTo', '2')], [3, 2]),
            ([of(version, 'LessThan', '2.5')], [2, 1]),
            ([of(version, 'LessThanOrEqualTo', '1')], [1]),
            ([of('CreationTime', 'GreaterThan', stamp(created - 2 * SECOND))], [3, 2, 1]),
            ([of('CreationTime', 'LessThan', stamp(created - 2 * SECOND))], []),
            ([of('CreationTime', 'LessThan', stamp(created + 3600 * SECOND) + 'Z')], [3, 2, 1]),
            ([of('CertifyForMarketplace', 'Equals', 'false')], [3, 2, 1]),
            ([of('SkipModelValidation', 'Equals', 'All')], [3]),
            ([of('ModelPackageDescription', 'Contains', 'retrain')], [2]),
            ([of('ModelPackageArn', 'Equals', arn(f'model-package/{self.name}/2'))], [2]),
            ([of('InferenceSpecification.Containers.Image', 'Equals', 'two')], [1]),
            ([of('CreatedBy.IamIdentity.Arn', 'Equals', ROOT['IamIdentity']['Arn'])], [3, 2, 1]),
            ([of('Tags.team', 'Equals', 'risk')], [2, 1]),
            ([of('Tags.team', 'Equals', 'fraud')], [3]),
            ([of('Tags.a.b', 'Equals', 'dotted')], [3, 2, 1]),
            ([of('Tags.none', 'NotExists')], [3, 2, 1]),
            ([of('LastModifiedTime', 'Exists')], []),
        ]
        for filters, versions in cases:
            with self.subTest(filters=filters):
                self.assertEqual(self.found(*filters), versions)

    def test_names(self):
        """ModelPackageName finds versions by their name, which contains their group's."""
        answer = self.sm.search(Resource='ModelPackage', SearchExpression={'Filters': [
            {'Name': 'ModelPackageName', 'Operator': 'Contains', 'Value': self.name}]})
        self.assertEqual(len(answer['Results']), 3)

    def test_expressions(self):
        """Filters, nested filters and subexpressions are joined by their level's operator."""
        approved = {'Name': 'ModelApprovalStatus', 'Value': 'Approved'}
        weekly = {'Name': 'ModelPackageDescription', 'Value': 'weekly retrain'}
        framework = lambda image, name: {
            'NestedPropertyName': 'InferenceSpecification.Containers',
            'Filters': [
                {'Name': 'InferenceSpecification.Containers.Image', 'Value': image},
                {'Name': 'InferenceSpecification.Containers.Framework', 'Value': name},
            ],
        }
        mine = {'Name': 'ModelPackageGroupName', 'Value': self.name}
        cases = [
            ({'Operator': 'Or', 'Filters': [approved, weekly]}, [2, 1]),
            ({'Operator': 'And', 'Filters': [approved, weekly]}, []),
            ({'Filters': [approved, weekly]}, []),
            ({'NestedFilters': [framework('one', 'SKLEARN')]}, [2]),
            ({'NestedFilters': [framework('two', 'SKLEARN')]}, [1]),
            ({'NestedFilters': [framework('two', 'XGBOOST')]}, []),
            ({'Operator': 'Or', 'Filters': [weekly], 'NestedFilters': [framework('two', 'SKLEARN')],
              'SubExpressions': [{'Filters': [
                  {'Name': 'ModelPackageVersion', 'Operator': 'GreaterThan', 'Value': '2'}]}]},
             [3, 2, 1]),
        ]
        for expression, versions in cases:
            with self.subTest(expression=expression):
                answer = self.sm.search(Resource='ModelPackage', SearchExpression={
                    'Filters': [mine], 'SubExpressions': [expression]})
                self.assertEqual(
                    [one['ModelPackage']['ModelPackageVersion'] for one in answer['Results']],
                    versions)

    def test_records(self):
        """A record is Describe's answer and the tags, those of its group too."""
        answer = self.sm.search(Resource='ModelPackage', SearchExpression={'Filters': [
            {'Name': 'ModelPackageGroupName', 'Value': self.name},
            {'Name': 'ModelPackageVersion', 'Value': '1'}]})
        self.assertEqual(answer['TotalHits'], {'Value': 1, 'Relation': 'EqualTo'})
        record = answer['Results'][0]['ModelPackage']
        self.assertEqual(list(answer['Results'][0]), ['ModelPackage'])
        tags = {tag['Key']: tag['Value'] for tag in record.pop('Tags')}
        self.assertEqual(tags, {'team': 'risk', 'a.b': 'dotted'})
        self.assertEqual(record, self.described(f'{self.name}/1'))
        answer = self.sm.search(Resource='ModelPackageGroup', SearchExpression={'Filters': [
            {'Name': 'ModelPackageGroupName', 'Operator': 'Equals', 'Value': self.name}]})
        record = answer['Results'][0]['ModelPackageGroup']
        described = self.sm.describe_model_package_group(ModelPackageGroupName=self.name)
        self.assertEqual(record.pop('Tags'),
                         self.sm.list_tags(ResourceArn=described['ModelPackageGroupArn'])['Tags'])
        del described['ResponseMetadata']
        self.assertEqual(record, described)

    def test_order(self):
        """The latest modified comes first; creation counts for who was never modified."""
        name = self.group()
        for _ in range(3):
            self.version(name)
        query = {'Resource': 'ModelPackage', 'SearchExpression': {
            'Filters': [{'Name': 'ModelPackageGroupName', 'Value': name}]}}
        versions = lambda **more: [
            one['ModelPackage']['ModelPackageVersion']
            for one in self.sm.search(**query, **more)['Results']]
        self.assertEqual(versions(), [3, 2, 1])
        self.sm.update_model_package(
            ModelPackageArn=arn(f'model-package/{name}/2'), ModelApprovalStatus='Approved')
        self.assertEqual(versions(), [2, 3, 1])
        self.assertEqual(versions(SortOrder='Ascending'), [1, 3, 2])
        self.assertEqual(versions(SortBy='CreationTime'), [3, 2, 1])
        self.assertEqual(versions(SortBy='ModelPackageVersion', SortOrder='Ascending'), [1, 2, 3])
        self.assertEqual(versions(SortBy='ModelApprovalStatus', SortOrder='Ascending')[0], 2)

    def test_visibility(self):
        """A visibility condition keeps what has the value and what lacks the tag."""
        self.assertEqual(
            self.found(VisibilityConditions=[{'Key': 'Tags.team', 'Value': 'fraud'}]), [3])
        self.assertEqual(
            self.found(VisibilityConditions=[{'Key': 'Tags.absent', 'Value': 'x'}]), [3, 2, 1])

    def test_shared(self):
        """Nothing is shared with anyone yet; the own account is the default."""
        self.assertEqual(self.found(CrossAccountFilterOption='SameAccount'), [3, 2, 1])
        self.assertEqual(self.found(CrossAccountFilterOption='CrossAccount'), [])

    def test_other_resources(self):
        """Resources of other kinds are none, not errors; unknown kinds are errors."""
        answer = self.sm.search(Resource='TrainingJob')
        self.assertEqual(answer['Results'], [])
        self.assertNotIn('NextToken', answer)
        self.refused(self.sm.search, Resource='Nonsense')

    def test_refusals(self):
        """Searches that AWS refuses are refused."""
        search = self.sm.search
        expression = lambda **more: {'Resource': 'ModelPackage', 'SearchExpression': more}
        of = lambda name, operator, value: {'Name': name, 'Operator': operator, 'Value': value}
        self.assert_refused('Unknown property name: Nonsense', search,
                            **expression(Filters=[of('Nonsense', 'Equals', 'x')]))
        contains = of('ModelPackageDescription', 'Contains', 'x')
        self.assert_refused("'CONTAINS' operator usage limit of 1 exceeded.", search,
                            **expression(Filters=[contains, contains]))
        self.assert_refused("'CONTAINS' operator usage limit of 1 exceeded.", search,
                            **expression(
                                Filters=[contains], SubExpressions=[{'Filters': [contains]}]))
        nested = lambda depth: (
            {'Filters': [of('ModelApprovalStatus', 'Equals', 'x')] * 20,
             **({'SubExpressions': [nested(depth - 1)]} if depth else {})})
        for wrong in (
            expression(),
            expression(Filters=[]),
            expression(Filters=[of('ModelApprovalStatus', 'Equals', 'x')] * 21),
            expression(**nested(2)),
            expression(Filters=[of('ModelApprovalStatus', 'GreaterThan', 'x')]),
            expression(Filters=[of('ModelPackageVersion', 'Equals', 'many')]),
            expression(Filters=[of('CreationTime', 'LessThan', 'yesterday')]),
            expression(Filters=[of('ModelPackageVersion', 'Contains', '1')]),
            {'Resource': 'ModelPackage', 'SortBy': 'Nonsense'},
            {'Resource': 'ModelPackage', 'MaxResults': 101},
        ):
            with self.subTest(query=wrong):
                self.refused(self.unchecked.search, **wrong)

    def test_after_changes(self):
        """A search sees a change at once: metadata, tags of group and version, deletion."""
        name = self.group()
        package = self.version(name, CustomerMetadataProperties={'owner': name})
        query = lambda key, value: [
            one['ModelPackage']['ModelPackageArn']
            for one in self.sm.search(Resource='ModelPackage', SearchExpression={
                'Filters': [{'Name': key, 'Value': value}]})['Results']]
        self.assertEqual(query('CustomerMetadataProperties.owner', name), [package])
        self.sm.update_model_package(
            ModelPackageArn=package, CustomerMetadataProperties={'owner': f'{name}-2'})
        self.assertEqual(query('CustomerMetadataProperties.owner', name), [])
        self.assertEqual(query('CustomerMetadataProperties.owner', f'{name}-2'), [package])
        group = arn(f'model-package-group/{name}')
        self.sm.add_tags(ResourceArn=group, Tags=[{'Key': 'mark', 'Value': name}])
        self.assertEqual(query('Tags.mark', name), [package])
        self.sm.delete_tags(ResourceArn=group, TagKeys=['mark'])
        self.assertEqual(query('Tags.mark', name), [])
        self.sm.delete_model_package(ModelPackageName=package)
        self.assertEqual(query('CustomerMetadataProperties.owner', f'{name}-2'), [])

    def test_suggestions(self):
        """GetSearchSuggestions completes property names, those of tags and metadata in use too."""
        suggest = lambda hint, resource='ModelPackage': [
            one['PropertyName']
            for one in self.sm.get_search_suggestions(
                Resource=resource,
                SuggestionQuery={'PropertyNameQuery': {'PropertyNameHint': hint}},
            )['PropertyNameSuggestions']]
        self.assertEqual(suggest('ModelLifeC'), [
            'ModelLifeCycle.Stage',
            'ModelLifeCycle.StageDescription',
            'ModelLifeCycle.StageStatus',
        ])
        accuracy = 'CustomerMetadataProperties.accuracy'
        self.assertIn(accuracy, suggest(accuracy[:-5]))
        self.assertIn('Tags.team', suggest('Tags.te'))
        self.assertIn('Tags.team', suggest('Tags.te', 'ModelPackageGroup'))
        self.assertEqual(suggest('Nonsense'), [])
        everything = suggest('')
        self.assertLessEqual(len(everything), 100)
        self.assertEqual(everything, sorted(everything))
        for name in suggest('Model'):
            self.sm.search(Resource='ModelPackage', SearchExpression={
                'Filters': [{'Name': name, 'Operator': 'Exists'}]})


class Pages(RegistryTest):
    """120 items in pages of seven: every page full, tokens different, nothing twice or lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefix = fresh('Pages')
        cls.names = [f'{cls.prefix}-{number}' for number in range(120)]
        cls.group_name = f'{cls.prefix}-versions'
        names = [*cls.names, cls.group_name]
        concurrently([
            lambda name=name: cls.sm.create_model_package_group(
                ModelPackageGroupName=name, Tags=[{'Key': 'pages', 'Value': cls.prefix}])
            for name in names], 16)
        statuses = ('Approved', 'Rejected', 'PendingManualApproval')
        concurrently([
            lambda number=number: cls.sm.create_model_package(
                ModelPackageGroupName=cls.group_name,
                ModelApprovalStatus=statuses[number % 3],
                CustomerMetadataProperties={'number': str(number % 5)})
            for number in range(120)], 16)
        concurrently([
            lambda name=name: cls.sm.create_model_package(**unversioned(name))
            for name in cls.names], 16)
        for version in range(1, 121, 4):
            cls.sm.update_model_package(
                ModelPackageArn=arn(f'model-package/{cls.group_name}/{version}'),
                ApprovalDescription='looked at')

    def walk(self, call, key, identify, **query):
        """All items by pages of seven; checks every page, and compares with pages of a hundred."""
        items, tokens = [], []
        while True:
            more = {'NextToken': tokens[-1]} if tokens else {}
            answer = call(MaxResults=7, **query, **more)
            page = [identify(one) for one in answer[key]]
            items.extend(page)
            if 'NextToken' not in answer:
                self.assertTrue(page or not tokens, 'an empty page follows a token')
                break
            self.assertEqual(len(page), 7, 'a page with a token is full')
            self.assertNotIn(answer['NextToken'], ['', *tokens], 'tokens differ')
            tokens.append(answer['NextToken'])
        self.assertEqual(len(set(items)), len(items), 'nothing comes twice')
        whole, token = [], {}
        while token is not None:
            answer = call(MaxResults=100, **query, **token)
            whole.extend(identify(one) for one in answer[key])
            token = {'NextToken': answer['NextToken']} if 'NextToken' in answer else None
        self.assertEqual(items, whole)
        return items

    def every_order(self):
        for sort in ('CreationTime', 'Name'):
            for order in ('Ascending', 'Descending'):
                yield {'SortBy': sort, 'SortOrder': order}

    def filters(self):
        """No filter, and filters that everything passes."""
        now = datetime.now(timezone.utc)
        return [{}, {
            'NameContains': self.prefix.lower(),
            'CreationTimeAfter': now - timedelta(minutes=10),
            'CreationTimeBefore': now + timedelta(minutes=10),
        }]

    def test_groups(self):
        """ListModelPackageGroups, in every order."""
        for order in self.every_order():
            with self.subTest(**order):
                found = self.walk(
                    self.sm.list_model_package_groups, 'ModelPackageGroupSummaryList',
                    lambda one: one['ModelPackageGroupName'], **order, **self.filters()[1])
                self.assertEqual(set(found), {*self.names, self.group_name})

    def test_versions(self):
        """ListModelPackages of a group, in every order and under every filter."""
        for order in self.every_order():
            for filters in self.filters():
                for status in (None, 'Approved', 'Rejected', 'PendingManualApproval'):
                    approval = {'ModelApprovalStatus': status} if status else {}
                    with self.subTest(**order, **filters, **approval):
                        found = self.walk(
                            self.sm.list_model_packages, 'ModelPackageSummaryList',
                            lambda one: one['ModelPackageVersion'],
                            ModelPackageGroupName=self.group_name, **order, **filters, **approval)
                        self.assertEqual(len(found), 40 if status else 120)
                        self.assertEqual(
                            found, sorted(found, reverse=order['SortOrder'] == 'Descending'))

    def test_types(self):
        """ListModelPackages without a group, for every type and in every order."""
        for order in self.every_order():
            for kind, count in (('Versioned', 120), ('Unversioned', 120), ('Both', 240)):
                with self.subTest(**order, kind=kind):
                    found = self.walk(
                        self.sm.list_model_packages, 'ModelPackageSummaryList',
                        lambda one: one['ModelPackageArn'], ModelPackageType=kind,
                        NameContains=self.prefix, **order)
                    self.assertEqual(len(found), count)

    def test_search(self):
        """Search of packages, under every kind of filter and sort."""
        mine = {'Name': 'ModelPackageGroupName', 'Value': self.group_name}
        filters = [
            ([], 120),
            ([{'Name': 'ModelApprovalStatus', 'Value': 'Approved'}], 40),
            ([{'Name': 'ModelApprovalStatus', 'Operator': 'NotEquals', 'Value': 'Approved'}], 80),
            ([{'Name': 'CustomerMetadataProperties.number', 'Value': '3'}], 24),
            ([{'Name': 'ModelPackageVersion', 'Operator': 'GreaterThan', 'Value': '60'}], 60),
            ([{'Name': 'Tags.pages', 'Value': self.prefix}], 120),
            ([{'Name': 'ApprovalDescription', 'Operator': 'Contains', 'Value': 'looked'}], 30),
        ]
        sorts = [{}, {'SortOrder': 'Ascending'}, {'SortBy': 'ModelPackageVersion'},
                 {'SortBy': 'CreationTime', 'SortOrder': 'Ascending'},
                 {'SortBy': 'LastModifiedTime'}, {'SortBy': 'ModelApprovalStatus'}]
        for more, count in filters:
            for sort in sorts if count == 120 else sorts[1:3]:
                with self.subTest(filters=more, **sort):
                    found = self.walk(
                        self.sm.search, 'Results',
                        lambda one: one['ModelPackage']['ModelPackageArn'],
                        Resource='ModelPackage',
                        SearchExpression={'Filters': [mine, *more]}, **sort)
                    self.assertEqual(len(found), count)

    def test_search_groups(self):
        """Search of groups, by tag."""
        for sort in ({}, {'SortBy': 'ModelPackageGroupName'}, {'SortOrder': 'Ascending'}):
            found = self.walk(
                self.sm.search, 'Results',
                lambda one: one['ModelPackageGroup']['ModelPackageGroupName'],
                Resource='ModelPackageGroup',
                **sort, SearchExpression={'Filters': [
                    {'Name': 'Tags.pages', 'Value': self.prefix}]})
            self.assertEqual(set(found), {*self.names, self.group_name})

    def test_paginators(self):
        """botocore's own paginators read all pages, and stop and resume."""
        pages = self.sm.get_paginator('list_model_packages').paginate(
            ModelPackageGroupName=self.group_name, PaginationConfig={'PageSize': 7})
        self.assertEqual(
            [one['ModelPackageVersion'] for one in pages.search('ModelPackageSummaryList')],
            list(range(1, 121)))
        groups = self.sm.get_paginator('list_model_package_groups').paginate(
            NameContains=self.prefix, PaginationConfig={'PageSize': 7, 'MaxItems': 30})
        first = groups.build_full_result()
        rest = self.sm.get_paginator('list_model_package_groups').paginate(
            NameContains=self.prefix,
            PaginationConfig={'PageSize': 7, 'StartingToken': first['NextToken']})
        key = 'ModelPackageGroupSummaryList'
        names = [one['ModelPackageGroupName'] for one in first[key] + rest.build_full_result()[key]]
        self.assertEqual(len(first[key]), 30)
        self.assertEqual(set(names), {*self.names, self.group_name})
        self.assertEqual(len(names), 121)
        found = self.sm.get_paginator('search').paginate(
            Resource='ModelPackage', PaginationConfig={'PageSize': 7},
            SearchExpression={'Filters': [
                {'Name': 'ModelPackageGroupName', 'Value': self.group_name}]})
        self.assertEqual(len(list(found.search('Results'))), 120)
        tags = self.sm.get_paginator('list_tags').paginate(
            ResourceArn=arn(f'model-package-group/{self.group_name}'))
        self.assertEqual(len(list(tags.search('Tags'))), 1)

    def test_tokens(self):
        """A token is good for its own query only; an empty one begins at the start."""
        query = {'ModelPackageGroupName': self.group_name}
        call = self.sm.list_model_packages
        token = call(MaxResults=7, **query)['NextToken']
        self.assertEqual(
            call(MaxResults=100, NextToken=token, **query)['ModelPackageSummaryList'][0]
            ['ModelPackageVersion'], 8, 'the page size may change')
        for wrong in ({**query, 'NextToken': 'garbage'}, {**query, 'NextToken': token[:-2]},
                      {**query, 'NextToken': token, 'SortOrder': 'Descending'},
                      {**query, 'NextToken': token, 'ModelApprovalStatus': 'Approved'},
                      {'NextToken': token}):
            self.assertIn('pagination token', self.refused(call, **wrong).lower())
        self.assertEqual(
            call(NextToken='', **query)['ModelPackageSummaryList'][0]['ModelPackageVersion'], 1)

    def test_default_page(self):
        """A page holds a hundred items by default and at most."""
        answer = self.sm.list_model_packages(ModelPackageGroupName=self.group_name)
        self.assertEqual(len(answer['ModelPackageSummaryList']), 100)
        self.assertIn('NextToken', answer)
        for wrong in (0, 101):
            self.refused(self.unchecked.list_model_packages, MaxResults=wrong)

    def test_deletions_between_pages(self):
        """Items that are deleted between pages make no page repeat or skip others."""
        group = self.group()
        for _ in range(20):
            self.version(group)
        call = self.sm.list_model_packages
        answer = call(ModelPackageGroupName=group, MaxResults=7)
        for number in (1, 7, 8):
            self.sm.delete_model_package(ModelPackageName=f'{group}/{number}')
        rest = call(ModelPackageGroupName=group, NextToken=answer['NextToken'])
        self.assertEqual(
            [one['ModelPackageVersion'] for one in rest['ModelPackageSummaryList']],
            list(range(9, 21)))


if __name__ == '__main__':
    main()
