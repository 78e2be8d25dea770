/** A body that is larger is refused unless the configuration says otherwise, in bytes. */
export const requestBytesDefault = 1_048_576;

/** Parameters of one request. */
export const parametersMax = 100;

/** Check results of one request. */
export const requestResultsMax = 10_000;

/** Elements within elements; NRDP's own documents have 3 levels. */
export const xmlDepthMax = 8;

/** Elements of a document; a check result has 6 or 7. */
export const xmlElementsMax = 100_000;

/** Lists and objects within each other; NRDP's own documents have 4 levels. */
export const jsonDepthMax = 8;

/** The answer of a server, in bytes. */
export const replyBytesMax = 4_194_304;
