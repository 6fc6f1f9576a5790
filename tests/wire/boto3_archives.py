"""Archives, replays and schedules of EventBridge as boto3 sees them."""

import json
import time
from datetime import datetime, timedelta, timezone

import boto3
from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, REGION, RegistryTest, fresh, main

PATTERN = json.dumps({'source': ['ci']})
ENTRY = {'Source': 'ci', 'DetailType': 'Build', 'Detail': json.dumps({'ok': True})}
HOUR = timedelta(hours=1)


def events_arn(resource):
    """The ARN of something of EventBridge."""
    return f'arn:aws:events:{REGION}:{ACCOUNT}:{resource}'


def now():
    return datetime.now(timezone.utc)


class Archives(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = boto3.client('events')

    def bus(self):
        """Creates a bus; answers its name and its ARN."""
        name = fresh('bus')
        return name, self.events.create_event_bus(Name=name)['EventBusArn']

    def archived(self, bus_arn, **more):
        """Has a bus archived; answers the archive's name."""
        name = fresh('archive')
        self.events.create_archive(ArchiveName=name, EventSourceArn=bus_arn, **more)
        return name

    def put(self, bus, count):
        """Puts events on a bus."""
        entries = [{**ENTRY, 'EventBusName': bus}] * count
        self.assertEqual(self.events.put_events(Entries=entries)['FailedEntryCount'], 0)

    def eventually(self, wanted, ask):
        """Waits until something is as it shall be."""
        end = time.monotonic() + 15
        while ask() != wanted and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(ask(), wanted)

    def count(self, archive):
        """How many events an archive keeps."""
        return self.events.describe_archive(ArchiveName=archive)['EventCount']

    def error(self, call, **inputs):
        """The name and the message of a modelled error, which boto3 knows by its class."""
        with self.assertRaises(ClientError) as caught:
            call(**inputs)
        error = caught.exception.response['Error']
        modelled = getattr(self.events.exceptions, error['Code'], None)
        if modelled is not None:
            self.assertIsInstance(caught.exception, modelled)
        return error['Code'], error['Message']

    def test_archive_journey(self):
        """an archive is made, filled, changed, listed and deleted"""
        bus, arn = self.bus()
        given = {'Description': 'builds', 'EventPattern': PATTERN, 'RetentionDays': 7}
        name = fresh('archive')
        made = self.events.create_archive(ArchiveName=name, EventSourceArn=arn, **given)
        self.assertEqual(made['ArchiveArn'], events_arn(f'archive/{name}'))
        self.assertEqual(made['State'], 'ENABLED')
        self.assertLess(now() - made['CreationTime'], timedelta(minutes=5))
        self.put(bus, 3)
        entry = {**ENTRY, 'Source': 'other', 'EventBusName': bus}
        self.events.put_events(Entries=[entry])
        self.eventually(3, lambda: self.count(name))
        described = self.events.describe_archive(ArchiveName=name)
        for member, value in {**given, 'ArchiveName': name, 'EventSourceArn': arn}.items():
            self.assertEqual(described[member], value, member)
        self.assertGreater(described['SizeBytes'], 3 * 100)
        self.events.update_archive(ArchiveName=name, RetentionDays=0)
        self.assertEqual(self.events.describe_archive(ArchiveName=name)['RetentionDays'], 0)
        listed = self.events.list_archives(EventSourceArn=arn)['Archives']
        self.assertEqual([(one['ArchiveName'], one['EventCount']) for one in listed], [(name, 3)])
        self.events.delete_archive(ArchiveName=name)
        self.assertEqual(
            self.error(self.events.describe_archive, ArchiveName=name),
            ('ResourceNotFoundException', f'Archive {name} does not exist.'),
        )

    def test_replay_journey(self):
        """what an archive kept goes to the rules of its bus once more, and nowhere else"""
        bus, arn = self.bus()
        _, other_arn = self.bus()
        first, second = self.archived(arn), self.archived(other_arn)
        rule = self.events.put_rule(Name='on', EventBusName=bus, EventPattern=PATTERN)['RuleArn']
        target = {'Id': 'other', 'Arn': other_arn}
        self.events.put_targets(Rule='on', EventBusName=bus, Targets=[target])
        self.put(bus, 3)
        self.eventually(3, lambda: self.count(second))
        name = fresh('replay')
        asked = {
            'EventSourceArn': events_arn(f'archive/{first}'),
            'EventStartTime': now() - HOUR,
            'EventEndTime': now() + HOUR,
            'Destination': {'Arn': arn, 'FilterArns': [rule]},
        }
        begun = self.events.start_replay(ReplayName=name, Description='again', **asked)
        self.assertEqual(begun['ReplayArn'], events_arn(f'replay/{name}'))
        self.assertEqual(begun['State'], 'STARTING')
        state = lambda: self.events.describe_replay(ReplayName=name)['State']
        self.eventually('COMPLETED', state)
        self.eventually(6, lambda: self.count(second))
        self.assertEqual(self.count(first), 3)
        described = self.events.describe_replay(ReplayName=name)
        self.assertEqual(described['Destination'], asked['Destination'])
        self.assertLess(now() - described['EventLastReplayedTime'], timedelta(minutes=5))
        self.assertGreaterEqual(described['ReplayEndTime'], described['ReplayStartTime'])
        listed = self.events.list_replays(NamePrefix=name)['Replays']
        self.assertEqual([(one['ReplayName'], one['State']) for one in listed], [(name, 'COMPLETED')])
        self.assertEqual(
            self.error(self.events.cancel_replay, ReplayName=name),
            (
                'IllegalStatusException',
                f'Replay {name} is not in a valid state for this operation.',
            ),
        )
        self.assertEqual(
            self.error(self.events.start_replay, ReplayName=name, **asked),
            ('ResourceAlreadyExistsException', f'Replay {name} already exists.'),
        )

    def test_errors(self):
        """errors are those of the model"""
        _, arn = self.bus()
        name = self.archived(arn)
        self.assertEqual(
            self.error(self.events.create_archive, ArchiveName=name, EventSourceArn=arn),
            ('ResourceAlreadyExistsException', f'Archive {name} already exists.'),
        )
        self.assertEqual(
            self.error(
                self.events.create_archive, ArchiveName='a', EventSourceArn=arn, EventPattern='[]'
            )[0],
            'InvalidEventPatternException',
        )
        times = {'EventStartTime': now(), 'EventEndTime': now() - HOUR}
        replay = {'ReplayName': 'r', 'EventSourceArn': events_arn(f'archive/{name}')}
        self.assertEqual(
            self.error(self.events.start_replay, Destination={'Arn': arn}, **replay, **times),
            (
                'ValidationException',
                'Parameter EventEndTime is not valid. '
                'Reason: EventStartTime must be before EventEndTime.',
            ),
        )

    def test_inputs(self):
        """what a target shall get is checked when it is put"""
        _, arn = self.bus()
        self.events.put_rule(Name=(rule := fresh('rule')), EventPattern=PATTERN)
        bad = {'Id': 'one', 'Arn': arn, 'InputPath': '$.detail', 'Input': '{}'}
        self.assertEqual(
            self.error(self.events.put_targets, Rule=rule, Targets=[bad]),
            (
                'ValidationException',
                'Only one of Input, InputPath, or InputTransformer must be provided for target one.',
            ),
        )
        queue = f'arn:aws:sqs:{REGION}:{ACCOUNT}:q'
        transformer = {'InputPathsMap': {'a': '$.detail'}, 'InputTemplate': '"<a> <b>"'}
        bad = {'Id': 'one', 'Arn': queue, 'InputTransformer': transformer}
        self.assertEqual(
            self.error(self.events.put_targets, Rule=rule, Targets=[bad]),
            ('ValidationException', 'InputTemplate for target one contains invalid placeholder b.'),
        )


if __name__ == '__main__':
    main()
