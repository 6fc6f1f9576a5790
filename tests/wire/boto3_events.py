"""EventBridge as boto3 sees it: buses, rules, targets, events, permissions and tags."""

import json
from datetime import datetime, timedelta, timezone

import boto3
from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, REGION, RegistryTest, fresh, main

PATTERN = json.dumps({'source': ['aws.sagemaker'], 'detail': {'ModelApprovalStatus': ['Approved']}})


def events_arn(resource):
    """The ARN of something of EventBridge."""
    return f'arn:aws:events:{REGION}:{ACCOUNT}:{resource}'


class Events(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = boto3.client('events')

    def bus(self, **more):
        """Creates a bus and answers its name."""
        name = fresh('bus')
        answer = self.events.create_event_bus(Name=name, **more)
        self.assertEqual(answer['EventBusArn'], events_arn(f'event-bus/{name}'))
        return name

    def error(self, call, **inputs):
        """The name and the message of a modelled error, which boto3 knows by its class."""
        with self.assertRaises(ClientError) as caught:
            call(**inputs)
        error = caught.exception.response['Error']
        modelled = getattr(self.events.exceptions, error['Code'], None)
        if modelled is not None:
            self.assertIsInstance(caught.exception, modelled)
        return error['Code'], error['Message']

    def test_rule_journey(self):
        """a rule is put with a target, found by it, paused, emptied and deleted"""
        name, target = fresh('rule'), self.bus()
        made = self.events.put_rule(
            Name=name, EventPattern=PATTERN, Description='approved', Tags=[{'Key': 'a', 'Value': 'b'}]
        )
        self.assertEqual(made['RuleArn'], events_arn(f'rule/{name}'))
        to = {'Id': 'bus', 'Arn': events_arn(f'event-bus/{target}')}
        put = self.events.put_targets(Rule=name, Targets=[to])
        self.assertEqual((put['FailedEntryCount'], put['FailedEntries']), (0, []))
        self.assertEqual(self.events.list_targets_by_rule(Rule=name)['Targets'], [to])
        names = self.events.list_rule_names_by_target(TargetArn=to['Arn'])['RuleNames']
        self.assertEqual(names, [name])
        self.events.disable_rule(Name=name)
        self.assertEqual(self.events.describe_rule(Name=name)['State'], 'DISABLED')
        self.events.enable_rule(Name=name)
        described = self.events.describe_rule(Name=name)
        del described['ResponseMetadata']
        self.assertEqual(
            described,
            {
                'Name': name,
                'Arn': made['RuleArn'],
                'EventPattern': PATTERN,
                'State': 'ENABLED',
                'Description': 'approved',
                'EventBusName': 'default',
                'CreatedBy': ACCOUNT,
            },
        )
        code, message = self.error(self.events.delete_rule, Name=name)
        self.assertEqual(code, 'ValidationException')
        self.assertEqual(message, "Rule can't be deleted since it has targets.")
        self.events.remove_targets(Rule=name, Ids=['bus'])
        self.events.delete_rule(Name=name)
        self.events.delete_rule(Name=name)
        self.assertEqual(
            self.error(self.events.describe_rule, Name=name),
            ('ResourceNotFoundException', f'Rule {name} does not exist on EventBus default.'),
        )

    def test_paginators(self):
        """boto3's paginators walk through buses, rules and targets"""
        bus = self.bus()
        rules = [f'r{n:02}' for n in range(25)]
        for name in rules:
            self.events.put_rule(Name=name, EventBusName=bus, EventPattern=PATTERN)
        paginator = self.events.get_paginator('list_rules')
        pages = paginator.paginate(EventBusName=bus, PaginationConfig={'PageSize': 10})
        sizes = [[rule['Name'] for rule in page['Rules']] for page in pages]
        self.assertEqual([len(page) for page in sizes], [10, 10, 5])
        self.assertEqual(sum(sizes, []), rules)
        buses = self.events.list_event_buses(Limit=1, NamePrefix='default')['EventBuses']
        self.assertEqual([(b['Name'], b['Arn']) for b in buses], [('default', events_arn('event-bus/default'))])

    def test_schedule(self):
        """a rule goes by the clock, on the default bus alone"""
        name = fresh('rule')
        self.events.put_rule(Name=name, ScheduleExpression='cron(0 12 * * ? *)', State='DISABLED')
        self.assertNotIn('EventPattern', self.events.describe_rule(Name=name))
        code, message = self.error(
            self.events.put_rule, Name=name, ScheduleExpression='rate(1 day)', EventBusName=self.bus()
        )
        self.assertEqual(message, 'ScheduleExpression is supported only on the default event bus.')
        code, message = self.error(self.events.put_rule, Name=name, ScheduleExpression='rate(1 days)')
        self.assertEqual(message, 'Parameter ScheduleExpression is not valid.')

    def test_errors(self):
        """errors are those of the model, which code can catch by their classes"""
        bus = self.bus()
        self.assertEqual(
            self.error(self.events.create_event_bus, Name=bus),
            ('ResourceAlreadyExistsException', f'Event bus {bus} already exists.'),
        )
        self.assertEqual(
            self.error(self.events.put_rule, Name='r', EventPattern='{"a":"x"}')[0],
            'InvalidEventPatternException',
        )
        targets = [{'Id': f't{n}', 'Arn': events_arn(f'event-bus/{bus}')} for n in range(6)]
        self.events.put_rule(Name='six', EventPattern=PATTERN, EventBusName=bus)
        self.assertEqual(
            self.error(self.events.put_targets, Rule='six', EventBusName=bus, Targets=targets),
            ('LimitExceededException', 'The requested resource exceeds the maximum number allowed.'),
        )
        queue = f'arn:aws:sqs:{REGION}:{ACCOUNT}:q'
        put = self.events.put_targets(
            Rule='six', EventBusName=bus, Targets=[{'Id': 'q', 'Arn': queue}]
        )
        self.assertEqual(put['FailedEntryCount'], 1)
        self.assertIn('does not deliver to sqs', put['FailedEntries'][0]['ErrorMessage'])

    def test_events(self):
        """events are put, each judged by itself, and patterns tried on one"""
        bus = self.bus()
        entry = {'Source': 'ci', 'DetailType': 'Build', 'Detail': json.dumps({'ok': True})}
        at = datetime.now(timezone.utc) - timedelta(minutes=5)
        answer = self.events.put_events(
            Entries=[
                {**entry, 'EventBusName': bus, 'Time': at, 'Resources': ['arn:a']},
                {**entry, 'Source': 'aws.sagemaker'},
                {**entry, 'Detail': 'x'},
            ]
        )
        self.assertEqual(answer['FailedEntryCount'], 2)
        self.assertRegex(answer['Entries'][0]['EventId'], r'^[0-9a-f-]{36}$')
        codes = [one.get('ErrorCode') for one in answer['Entries']]
        self.assertEqual(codes, [None, 'NotAuthorizedForSourceException', 'MalformedDetail'])
        event = {
            'id': 'a', 'account': ACCOUNT, 'source': 'ci', 'time': '2026-03-04T09:15:27Z',
            'region': REGION, 'detail-type': 'Build', 'detail': {'ok': True},
        }
        for wanted in (True, False):
            pattern = json.dumps({'detail': {'ok': [wanted]}})
            tried = self.events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))
            self.assertEqual(tried['Result'], wanted)

    def test_bus(self):
        """a bus is described, updated, tagged, opened to others and deleted"""
        name = self.bus(Description='of models', Tags=[{'Key': 'a', 'Value': 'b'}])
        arn = events_arn(f'event-bus/{name}')
        described = self.events.describe_event_bus(Name=arn)
        self.assertEqual((described['Name'], described['Description']), (name, 'of models'))
        self.assertLess(datetime.now(timezone.utc) - described['CreationTime'], timedelta(minutes=5))
        updated = self.events.update_event_bus(Name=name, Description='of all')
        self.assertEqual((updated['Arn'], updated['Description']), (arn, 'of all'))
        self.events.tag_resource(ResourceARN=arn, Tags=[{'Key': 'c', 'Value': 'd'}])
        self.events.untag_resource(ResourceARN=arn, TagKeys=['a'])
        tags = self.events.list_tags_for_resource(ResourceARN=arn)['Tags']
        self.assertEqual(tags, [{'Key': 'c', 'Value': 'd'}])
        self.events.put_permission(
            EventBusName=name, Action='events:PutEvents', Principal='111122223333', StatementId='one'
        )
        policy = json.loads(self.events.describe_event_bus(Name=name)['Policy'])
        self.assertEqual(policy['Statement'][0]['Principal'], {'AWS': 'arn:aws:iam::111122223333:root'})
        self.events.remove_permission(EventBusName=name, StatementId='one')
        self.assertNotIn('Policy', self.events.describe_event_bus(Name=name))
        self.events.delete_event_bus(Name=name)
        self.events.delete_event_bus(Name=name)
        self.assertEqual(
            self.error(self.events.describe_event_bus, Name=name),
            ('ResourceNotFoundException', f'Event bus {name} does not exist.'),
        )


if __name__ == '__main__':
    main()
