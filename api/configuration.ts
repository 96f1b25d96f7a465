import type { JsonObject } from '../core/json.ts';
import type { RevisionConfiguration } from '../runtime/ports/state-machine.ts';
import { boolean, type Field, type Input, integer, list, oneOf, required, structure, text } from './input-schema.ts';
import { InvalidEncryptionConfiguration, InvalidLoggingConfiguration } from './service-error.ts';

/** The members of CreateStateMachine and UpdateStateMachine that configure a machine beside its definition. */
export const CONFIGURATION: ConfigurationShape = {
  loggingConfiguration: structure({
    level: oneOf('ALL', 'ERROR', 'FATAL', 'OFF'),
    includeExecutionData: boolean,
    destinations: list(structure({ cloudWatchLogsLogGroup: structure({ logGroupArn: text({ min: 1, max: 256 }) }) })),
  }),
  tracingConfiguration: structure({ enabled: boolean }),
  encryptionConfiguration: structure({
    type: required(oneOf('AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'), 'AWS_OWNED_KEY'),
    kmsKeyId: text({ min: 1, max: 2048 }),
    kmsDataKeyReusePeriodSeconds: integer(60, 900),
  }),
};

interface LoggingInput {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF' | undefined;
  readonly includeExecutionData: boolean | undefined;
  readonly destinations: readonly (LogDestination | undefined)[] | undefined;
}

interface LogDestination {
  readonly cloudWatchLogsLogGroup: { readonly logGroupArn: string | undefined } | undefined;
}

interface EncryptionInput {
  readonly type: 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KMS_KEY';
  readonly kmsKeyId: string | undefined;
  readonly kmsDataKeyReusePeriodSeconds: number | undefined;
}

type ConfigurationShape = {
  readonly loggingConfiguration: Field<LoggingInput | undefined>;
  readonly tracingConfiguration: Field<{ readonly enabled: boolean | undefined } | undefined>;
  readonly encryptionConfiguration: Field<EncryptionInput | undefined>;
};

type ConfigurationInput = Input<ConfigurationShape>;

const DEFAULT_LOGGING = { level: 'OFF', includeExecutionData: false } as const;
const DEFAULT_TRACING = { enabled: false } as const;
const DEFAULT_ENCRYPTION = { type: 'AWS_OWNED_KEY' } as const;
/** AWS: "EncryptionConfiguration", kmsDataKeyReusePeriodSeconds. */
const DATA_KEY_REUSE_SECONDS_DEFAULT = 300;

/** What a request sets, checked and with AWS's defaults filled in; what it does not name stays away. */
export function requestedConfiguration(input: ConfigurationInput): RevisionConfiguration {
  const { loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
  return {
    ...(loggingConfiguration && { loggingConfiguration: logging(loggingConfiguration) }),
    ...(tracingConfiguration && { tracingConfiguration: { enabled: tracingConfiguration.enabled ?? false } }),
    ...(encryptionConfiguration && { encryptionConfiguration: encryption(encryptionConfiguration) }),
  };
}

/** As Describe… shows it, defaults included. */
export function shownConfiguration(configuration: RevisionConfiguration): Required<RevisionConfiguration> {
  return {
    loggingConfiguration: configuration.loggingConfiguration ?? DEFAULT_LOGGING,
    tracingConfiguration: configuration.tracingConfiguration ?? DEFAULT_TRACING,
    encryptionConfiguration: configuration.encryptionConfiguration ?? DEFAULT_ENCRYPTION,
  };
}

function logging(input: LoggingInput): JsonObject {
  const { level = 'OFF', includeExecutionData = false, destinations } = input;
  const count = destinations?.length ?? 0;
  if (count > 1 || (level !== 'OFF' && count === 0)) {
    throw new InvalidLoggingConfiguration('Must specify exactly one Log Destination.');
  }
  const configuration = { level, includeExecutionData };
  if (destinations === undefined) return configuration;
  return {
    ...configuration,
    destinations: destinations.map((destination) => ({
      cloudWatchLogsLogGroup: { logGroupArn: destination?.cloudWatchLogsLogGroup?.logGroupArn ?? '' },
    })),
  };
}

function encryption(input: EncryptionInput): JsonObject {
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } = input;
  if (type === 'AWS_OWNED_KEY') {
    if (kmsKeyId === undefined && kmsDataKeyReusePeriodSeconds === undefined) return { type };
    throw new InvalidEncryptionConfiguration('A KMS key can only be specified with type CUSTOMER_MANAGED_KMS_KEY');
  }
  if (kmsKeyId === undefined) throw new InvalidEncryptionConfiguration('A KMS key must be specified');
  return {
    type,
    kmsKeyId,
    kmsDataKeyReusePeriodSeconds: kmsDataKeyReusePeriodSeconds ?? DATA_KEY_REUSE_SECONDS_DEFAULT,
  };
}
