<?php
// A day's work of Debian's AsyncAws, which speaks the query protocol, against the endpoint given.
// What it found goes to stdout as JSON, for the test to judge.

use AsyncAws\Core\Configuration;
use AsyncAws\Sqs\SqsClient;

require "AsyncAws/Sqs/autoload.php";

$sqs = new SqsClient(Configuration::create([
    "endpoint" => $argv[1], "region" => "us-east-1", "accessKeyId" => "testing",
    "accessKeySecret" => "testing"]));
$found = [];

function received($url, $more = [])
{
    global $sqs;
    return $sqs->receiveMessage($more + [
        "QueueUrl" => $url, "MaxNumberOfMessages" => 10, "AttributeNames" => ["All"],
        "MessageAttributeNames" => ["All"]])->getMessages();
}

function bodies($messages)
{
    return array_map(fn($message) => $message->getBody(), $messages);
}

function thrown($call)
{
    try {
        $call();
    } catch (\Exception $error) {
        return [basename(str_replace("\\", "/", get_class($error))), $error->getAwsCode()];
    }
    return null;
}

// Queues
$found["absent"] = $sqs->queueExists(["QueueName" => "orders"])->isSuccess();
$url = $sqs->createQueue([
    "QueueName" => "orders", "Attributes" => ["VisibilityTimeout" => "7"],
    "tags" => ["team" => "a&b"]])->getQueueUrl();
$found["present"] = $sqs->queueExists(["QueueName" => "orders"])->isSuccess();
$found["url"] = $sqs->getQueueUrl(["QueueName" => "orders"])->getQueueUrl() === $url;
$sqs->createQueue(["QueueName" => "other"])->resolve();
$found["listed"] = count(iterator_to_array(
    $sqs->listQueues(["MaxResults" => 1])->getQueueUrls(), preserve_keys: false));
$found["timeout"] = $sqs->getQueueAttributes([
    "QueueUrl" => $url, "AttributeNames" => ["All"]])->getAttributes()["VisibilityTimeout"];

// Messages. AsyncAws sends when the answer is asked for, or when it is forgotten.
$body = "<a href=\"x\">&amp;</a>\r\n\ttab é 😀 100% a+b";
$sent = $sqs->sendMessage([
    "QueueUrl" => $url, "MessageBody" => $body, "MessageAttributes" => [
        "text" => ["DataType" => "String", "StringValue" => "ü <&>"],
        "bytes" => ["DataType" => "Binary", "BinaryValue" => "\x00\xff&"]]])->getMessageId();
[$message] = received($url, ["WaitTimeSeconds" => 20]);
$attributes = $message->getMessageAttributes();
$found["same"] = [
    $message->getMessageId() === $sent, $message->getBody() === $body,
    $attributes["text"]->getStringValue() === "ü <&>",
    $attributes["bytes"]->getBinaryValue() === "\x00\xff&",
    $message->getAttributes()["ApproximateReceiveCount"] === "1"];
$sqs->changeMessageVisibility([
    "QueueUrl" => $url, "ReceiptHandle" => $message->getReceiptHandle(),
    "VisibilityTimeout" => 0])->resolve();
[$message] = received($url);
$sqs->deleteMessage([
    "QueueUrl" => $url, "ReceiptHandle" => $message->getReceiptHandle()])->resolve();
$found["left"] = count(received($url));

// Batches
$answer = $sqs->sendMessageBatch(["QueueUrl" => $url, "Entries" => [
    ["Id" => "a", "MessageBody" => "a"], ["Id" => "b", "MessageBody" => "b"],
    ["Id" => "late", "MessageBody" => "x", "DelaySeconds" => 901]]]);
$found["sent"] = [
    count($answer->getSuccessful()), $answer->getFailed()[0]->getId(),
    $answer->getFailed()[0]->getCode()];
$messages = received($url);
$entries = array_map(fn($message) => [
    "Id" => $message->getBody(), "ReceiptHandle" => $message->getReceiptHandle()], $messages);
$found["hidden"] = count($sqs->changeMessageVisibilityBatch(["QueueUrl" => $url, "Entries" =>
    array_map(fn($entry) => $entry + ["VisibilityTimeout" => 60], $entries)])->getSuccessful());
$found["deleted"] = count($sqs->deleteMessageBatch([
    "QueueUrl" => $url, "Entries" => $entries])->getSuccessful());
$sqs->sendMessage(["QueueUrl" => $url, "MessageBody" => "to be purged"])->resolve();
$sqs->purgeQueue(["QueueUrl" => $url])->resolve();
$found["purged"] = count(received($url));

// FIFO, and dead letters
$fifo = $sqs->createQueue([
    "QueueName" => "f.fifo", "Attributes" => ["FifoQueue" => "true"]])->getQueueUrl();
foreach (["a", "b", "a"] as $body) {
    $sqs->sendMessage([
        "QueueUrl" => $fifo, "MessageBody" => $body, "MessageGroupId" => "g",
        "MessageDeduplicationId" => $body])->resolve();
}
$found["order"] = bodies(received($fifo));
$dead = $sqs->createQueue(["QueueName" => "dead"])->getQueueUrl();
$poisoned = $sqs->createQueue(["QueueName" => "poisoned", "Attributes" => [
    "VisibilityTimeout" => "0", "RedrivePolicy" => json_encode([
        "deadLetterTargetArn" => "arn:aws:sqs:us-east-1:000000000000:dead",
        "maxReceiveCount" => 1])]])->getQueueUrl();
$sqs->sendMessage(["QueueUrl" => $poisoned, "MessageBody" => "poison"])->resolve();
received($poisoned);
received($poisoned);
$found["dead"] = bodies(received($dead));

// Errors
$found["handle"] = thrown(fn() => $sqs->deleteMessage([
    "QueueUrl" => $url, "ReceiptHandle" => "none"])->resolve());
$sqs->deleteQueue(["QueueUrl" => $url])->resolve();
$found["queue"] = thrown(fn() => $sqs->getQueueUrl(["QueueName" => "orders"])->resolve());
echo json_encode($found);
