"""Connections and API destinations as boto3 and the aws CLI see them."""

import json
import re
import subprocess

import boto3
from botocore.exceptions import ClientError

from boto3_support import ACCOUNT, REGION, RegistryTest, fresh, main

UUID = r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'

LOGINS = {
    'BASIC': {'BasicAuthParameters': {'Username': 'ana', 'Password': 'p4ss'}},
    'API_KEY': {'ApiKeyAuthParameters': {'ApiKeyName': 'X-Key', 'ApiKeyValue': 'v4lue'}},
    'OAUTH_CLIENT_CREDENTIALS': {
        'OAuthParameters': {
            'ClientParameters': {'ClientID': 'me', 'ClientSecret': 'cl1ent'},
            'AuthorizationEndpoint': 'https://auth.example/token',
            'HttpMethod': 'POST',
            'OAuthHttpParameters': {
                'BodyParameters': [{'Key': 'scope', 'Value': 's3cret', 'IsValueSecret': True}]
            },
        },
        'InvocationHttpParameters': {
            'HeaderParameters': [{'Key': 'X-Shown', 'Value': 'shown', 'IsValueSecret': False}]
        },
    },
}


class Destinations(RegistryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = boto3.client('events')

    def connection(self, kind='BASIC', **more):
        """Creates a connection and answers its name and its ARN."""
        name = fresh('connection')
        made = self.events.create_connection(
            Name=name, AuthorizationType=kind, AuthParameters=LOGINS[kind], **more
        )
        self.assertEqual(made['ConnectionState'], 'AUTHORIZED')
        return name, made['ConnectionArn']

    def test_secrets_stay(self):
        """connections of each kind are described without their secrets"""
        for kind in LOGINS:
            name, arn = self.connection(kind, Description='é')
            pattern = f'arn:aws:events:{REGION}:{ACCOUNT}:connection/{name}/{UUID}'
            self.assertRegex(arn, f'^{pattern}$')
            described = self.events.describe_connection(Name=name)
            self.assertEqual(described['AuthorizationType'], kind)
            self.assertEqual(described['Description'], 'é')
            self.assertRegex(
                described['SecretArn'],
                rf':secret:events!connection/{name}/{UUID}-[0-9a-f]{{6}}$',
            )
            text = json.dumps(described, default=str)
            self.assertIsNone(re.search('p4ss|v4lue|cl1ent|s3cret', text), text)

    def test_connection_journey(self):
        """a connection is updated, listed, deauthorized and deleted"""
        name, arn = self.connection()
        self.events.update_connection(
            Name=name, AuthorizationType='API_KEY', AuthParameters=LOGINS['API_KEY']
        )
        described = self.events.describe_connection(Name=name)
        self.assertEqual(
            described['AuthParameters'], {'ApiKeyAuthParameters': {'ApiKeyName': 'X-Key'}}
        )
        listed = self.events.list_connections(NamePrefix=name)['Connections']
        self.assertEqual([one['ConnectionArn'] for one in listed], [arn])
        self.events.deauthorize_connection(Name=name)
        self.assertEqual(
            self.events.describe_connection(Name=name)['ConnectionState'], 'DEAUTHORIZED'
        )
        self.events.delete_connection(Name=name)
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException) as caught:
            self.events.describe_connection(Name=name)
        self.assertEqual(
            caught.exception.response['Error']['Message'],
            f"Failed to describe the connection(s). Connection '{name}' does not exist.",
        )

    def test_destination_journey(self):
        """an API destination is made, updated, listed, made a target and deleted"""
        _, connection = self.connection()
        name = fresh('destination')
        made = self.events.create_api_destination(
            Name=name,
            ConnectionArn=connection,
            InvocationEndpoint='https://crm.example/orders/*',
            HttpMethod='POST',
        )
        arn = made['ApiDestinationArn']
        self.assertRegex(
            arn, f'^arn:aws:events:{REGION}:{ACCOUNT}:api-destination/{name}/{UUID}$'
        )
        self.events.update_api_destination(Name=name, InvocationRateLimitPerSecond=7)
        described = self.events.describe_api_destination(Name=name)
        self.assertEqual(described['ApiDestinationState'], 'ACTIVE')
        self.assertEqual(described['InvocationRateLimitPerSecond'], 7)
        self.assertEqual(described['InvocationEndpoint'], 'https://crm.example/orders/*')
        listed = self.events.list_api_destinations(ConnectionArn=connection)['ApiDestinations']
        self.assertEqual([one['Name'] for one in listed], [name])
        rule = fresh('rule')
        self.events.put_rule(Name=rule, EventPattern='{"source":["shop"]}')
        target = {
            'Id': 'crm',
            'Arn': arn,
            'RoleArn': f'arn:aws:iam::{ACCOUNT}:role/deliver',
            'HttpParameters': {'PathParameterValues': ['$.detail.id']},
        }
        put = self.events.put_targets(Rule=rule, Targets=[target])
        self.assertEqual(put['FailedEntryCount'], 0)
        self.assertEqual(self.events.list_targets_by_rule(Rule=rule)['Targets'], [target])
        self.events.remove_targets(Rule=rule, Ids=['crm'])
        self.events.delete_rule(Name=rule)
        self.events.delete_api_destination(Name=name)
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_api_destination(Name=name)

    def test_taken_names(self):
        """names that are taken are refused by modelled errors"""
        name, _ = self.connection()
        with self.assertRaises(self.events.exceptions.ResourceAlreadyExistsException):
            self.events.create_connection(
                Name=name, AuthorizationType='BASIC', AuthParameters=LOGINS['BASIC']
            )

    def test_unusable_endpoint(self):
        """an endpoint that nothing can be sent to is refused"""
        _, connection = self.connection()
        with self.assertRaises(ClientError) as caught:
            self.events.create_api_destination(
                Name=fresh('destination'),
                ConnectionArn=connection,
                InvocationEndpoint='ftp://crm.example/',
                HttpMethod='POST',
            )
        error = caught.exception.response['Error']
        self.assertEqual(error['Code'], 'ValidationException')
        self.assertIn('please provide a valid HTTPS endpoint URL', error['Message'])

    def test_aws_cli(self):
        """the aws CLI makes, lists and deletes a connection"""
        name = fresh('connection')

        def aws(*words):
            done = subprocess.run(
                ['aws', 'events', *words, '--output', 'json'],
                capture_output=True,
                check=False,
                text=True,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)

        login = json.dumps(LOGINS['BASIC'])
        aws(
            'create-connection', '--name', name, '--authorization-type', 'BASIC',
            '--auth-parameters', login,
        )
        listed = aws('list-connections', '--name-prefix', name)['Connections']
        self.assertEqual([one['Name'] for one in listed], [name])
        self.assertEqual(
            aws('delete-connection', '--name', name)['ConnectionState'], 'DELETING'
        )


if __name__ == '__main__':
    main()
