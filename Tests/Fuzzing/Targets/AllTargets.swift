/// Every target, in the order in which they run.
let allTargets: [any FuzzTarget] = [
    ConfigurationTarget(), AWSFilesTarget(), StateFilesTarget(), TimeZoneTarget(), JSONTarget(),
    PatternTarget(), EnvelopeTarget(), SQSAnswerTarget(), S3AnswerTarget(),
    HTTPAnswerTarget(), AnswerPiecesTarget(), QueueRequestTarget(), RuntimeRequestTarget(),
]
