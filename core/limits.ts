/** Quotas of AWS Step Functions, each with the page it comes from ("Quotas" = service-quotas in the developer guide). */

/** Largest input or output of a state, task or execution, in UTF-8 bytes. AWS: "Quotas". */
export const PAYLOAD_BYTES_MAX = 262_144;
/** Largest definition, in UTF-8 bytes. AWS: "Quotas". */
export const DEFINITION_BYTES_MAX = 1_048_576;
/** Largest API request body, in bytes. AWS: "Quotas". */
export const REQUEST_BYTES_MAX = 1_048_576;
/** Events in the history of a Standard execution. AWS: "Quotas". */
export const HISTORY_EVENTS_MAX = 25_000;
/** Iterations of an inline Map that run at once. AWS: "Map state processing modes". */
export const INLINE_MAP_CONCURRENCY_MAX = 40;
/** Length of a state's name. AWS: "Quotas". */
export const STATE_NAME_LENGTH_MAX = 80;
/** Length of a variable's name. AWS: "Passing data between states with variables". */
export const VARIABLE_NAME_LENGTH_MAX = 80;
/** Largest variable, and largest sum of one Assign, in UTF-8 bytes. AWS: "Passing data between states with variables". */
export const VARIABLE_BYTES_MAX = 262_144;
/** Largest sum of all variables of an execution, in UTF-8 bytes. AWS: the same page. */
export const VARIABLES_BYTES_MAX = 10_485_760;
/** Longest timeout, heartbeat, retry interval and number of attempts. AWS: "Task", "Error handling". */
export const SECONDS_MAX = 99_999_999;
/** Longest MaxDelaySeconds. AWS: "Error handling". */
export const RETRY_DELAY_SECONDS_MAX = 31_622_400;
/** Longest run of an Express execution, in seconds. AWS: "Quotas". */
export const EXPRESS_SECONDS_MAX = 300;
/** Longest error name and cause that an event or an answer carries, in characters. AWS: API reference, error and cause. */
export const ERROR_LENGTH_MAX = 256;
export const CAUSE_LENGTH_MAX = 32_768;
/** Deepest nesting of a definition or payload that is read; ours: keeps recursion within the stack. */
export const NESTING_DEPTH_MAX = 1_000;
