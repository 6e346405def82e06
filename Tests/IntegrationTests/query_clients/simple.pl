# A day's work of Debian's Amazon::SQS::Simple, which speaks the query protocol, against the endpoint
# given. What it found goes to stdout, a line each, for the test to judge.
use strict;
use warnings;
use utf8;
use Amazon::SQS::Simple;
binmode(STDOUT, ":utf8");

my ($endpoint) = @ARGV;
my $sqs = Amazon::SQS::Simple->new("testing", "testing", Endpoint => $endpoint);
$sqs->CreateQueue("perl");
# The client leaves the port out of the header Host, and so finds none in the URL that it is given.
my $queue = $sqs->GetQueue("$endpoint/000000000000/perl");
$queue->SendMessage("grün & <b>+1");
my ($message) = $queue->ReceiveMessage(AttributeName => "All");
print "body: ", $message->MessageBody, "\n";
$queue->ChangeMessageVisibility($message->ReceiptHandle, 0);
($message) = $queue->ReceiveMessage;
$queue->DeleteMessage($message);
$queue->SendMessageBatch(["one", "two", "three"]);
my @messages = $queue->ReceiveMessageBatch;
print "batch: ", join(" ", sort map { $_->MessageBody } @messages), "\n";
$queue->DeleteMessageBatch(\@messages);
my $left = $queue->ReceiveMessage;
print "left: ", defined($left) ? "one" : "none", "\n";
$queue->SetAttribute("VisibilityTimeout", 5);
print "timeout: ", $queue->GetAttributes->{VisibilityTimeout}, "\n";
eval { $sqs->GetQueue("$endpoint/000000000000/none")->SendMessage("x") };
print "error: $1\n" if $@ =~ m{<Code>(.*?)</Code>};
$queue->Delete;
