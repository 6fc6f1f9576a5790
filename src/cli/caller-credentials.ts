import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { credentialsFileName, readCredentials } from '../server/root-access-key.ts';
import type { SigningCredentials } from '../server/sigv4-sign.ts';
import { endpointText, isLocal } from './endpoint.ts';
import type { ConnectionOptions } from './endpoint.ts';
import { ConfigurationFailure } from './failure.ts';
import type { Environment } from './terminal.ts';

/**
 * Who calls: the profile that `--profile` names, else the environment's key, else the profile that
 * the environment names, else, on this machine only, the root key in the data folder.
 */
export function findCredentials(
  options: ConnectionOptions,
  endpoint: URL,
  environment: Environment,
): SigningCredentials {
  if (options.profile) return readProfile(options.profile, environment);
  const found =
    keyInEnvironment(environment) ??
    profileInEnvironment(environment) ??
    (isLocal(endpoint) ? keyInDataFolder(environment) : undefined);
  if (found) return found;
  throw new ConfigurationFailure(
    isLocal(endpoint)
      ? `No credentials: there is no ${rootKeyFile(environment)}. Run this where ` +
          '"imprimatur serve" was started, or set IMPRIMATUR_DATA_DIR to its data folder, or set ' +
          'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile.'
      : `No credentials for ${endpointText(endpoint)}: set AWS_ACCESS_KEY_ID and ` +
          'AWS_SECRET_ACCESS_KEY, or name a profile with --profile.',
  );
}

/** The file of the root key in the data folder. */
export function rootKeyFile(environment: Environment, dataDir?: string): string {
  const folder = dataDir || environment['IMPRIMATUR_DATA_DIR'] || './imprimatur-data';
  return join(resolve(folder), credentialsFileName);
}

/** The root key in a file, if it is there. */
export function readRootKey(file: string): SigningCredentials | undefined {
  try {
    return readCredentials(file);
  } catch (error) {
    throw new ConfigurationFailure(`The root key cannot be read: ${(error as Error).message}`);
  }
}

function keyInDataFolder(environment: Environment): SigningCredentials | undefined {
  return readRootKey(rootKeyFile(environment));
}

function keyInEnvironment(environment: Environment): SigningCredentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  if (!accessKeyId && !secretAccessKey) return undefined;
  if (!accessKeyId || !secretAccessKey) {
    throw new ConfigurationFailure('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together.');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/** Asked only when the user points at a profile, so that a key for AWS is not sent elsewhere. */
function profileInEnvironment(environment: Environment): SigningCredentials | undefined {
  const { AWS_PROFILE: profile, AWS_SHARED_CREDENTIALS_FILE: file } = environment;
  if (profile) return readProfile(profile, environment);
  if (!file) return undefined;
  return profiles(file).has('default') ? readProfile('default', environment) : undefined;
}

function readProfile(name: string, environment: Environment): SigningCredentials {
  const file =
    environment['AWS_SHARED_CREDENTIALS_FILE'] ||
    join(environment['HOME'] || homedir(), '.aws', 'credentials');
  const profile = profiles(file).get(name);
  if (!profile) throw new ConfigurationFailure(`The profile '${name}' is not in ${file}.`);
  const accessKeyId = profile.get('aws_access_key_id');
  const secretAccessKey = profile.get('aws_secret_access_key');
  const sessionToken = profile.get('aws_session_token');
  if (!accessKeyId || !secretAccessKey) {
    throw new ConfigurationFailure(
      `The profile '${name}' in ${file} lacks aws_access_key_id or aws_secret_access_key.`,
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/** The profiles of a credentials file and their settings; none when there is no file. */
function profiles(file: string): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of readLines(file)) {
    const heading = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line);
    const setting = /^\s*([^\s#;=[]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (heading) {
      current = new Map();
      found.set(heading[1]!, current);
    } else if (setting) {
      current.set(setting[1]!.toLowerCase(), setting[2]!);
    }
  }
  return found;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new ConfigurationFailure(`The credentials file cannot be read: ${message}`);
  }
}
