// A day's work of Debian's AWS SDK for Go, version 2, which speaks the query protocol, against the
// endpoint given. What it found goes to stdout as JSON, for the test to judge.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

var (
	now    = context.Background()
	client *sqs.Client
	found  = map[string]any{}
)

// must is what the call answered; it ends the program where the call failed.
func must[Output any](output Output, err error) Output {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return output
}

func main() {
	client = sqs.New(sqs.Options{
		Region:           "us-east-1",
		Credentials:      credentials.NewStaticCredentialsProvider("testing", "testing", ""),
		EndpointResolver: sqs.EndpointResolverFromURL(os.Args[1]),
	})
	url := create("orders", map[string]string{"VisibilityTimeout": "7"})
	queues(url)
	messages(url)
	batches(url)
	order()
	deadLetters(url)
	mistakes(url)
	must(0, json.NewEncoder(os.Stdout).Encode(found))
}

func create(name string, attributes map[string]string) *string {
	return must(client.CreateQueue(now, &sqs.CreateQueueInput{
		QueueName: &name, Attributes: attributes, Tags: map[string]string{"team": "a&b"}})).QueueUrl
}

func attribute(url *string, name types.QueueAttributeName) string {
	return must(client.GetQueueAttributes(now, &sqs.GetQueueAttributesInput{
		QueueUrl: url, AttributeNames: []types.QueueAttributeName{name},
	})).Attributes[string(name)]
}

func queues(url *string) {
	found["url"] = *must(client.GetQueueUrl(
		now, &sqs.GetQueueUrlInput{QueueName: aws.String("orders")})).QueueUrl == *url
	create("other", nil)
	pages := sqs.NewListQueuesPaginator(client, &sqs.ListQueuesInput{MaxResults: aws.Int32(1)})
	listed := []int{}
	for pages.HasMorePages() {
		listed = append(listed, len(must(pages.NextPage(now)).QueueUrls))
	}
	found["listed"] = listed
	must(client.SetQueueAttributes(now, &sqs.SetQueueAttributesInput{
		QueueUrl: url, Attributes: map[string]string{"DelaySeconds": "0"}}))
	found["timeout"] = attribute(url, types.QueueAttributeNameVisibilityTimeout)
	must(client.TagQueue(now, &sqs.TagQueueInput{
		QueueUrl: url, Tags: map[string]string{"more": "x", "other": "y"}}))
	must(client.UntagQueue(now, &sqs.UntagQueueInput{QueueUrl: url, TagKeys: []string{"other"}}))
	found["tags"] = must(client.ListQueueTags(now, &sqs.ListQueueTagsInput{QueueUrl: url})).Tags
	must(client.AddPermission(now, &sqs.AddPermissionInput{
		QueueUrl: url, Label: aws.String("l"), AWSAccountIds: []string{"111111111111"},
		Actions: []string{"SendMessage"}}))
	must(client.RemovePermission(
		now, &sqs.RemovePermissionInput{QueueUrl: url, Label: aws.String("l")}))
	found["policy"] = attribute(url, types.QueueAttributeNamePolicy)
}

// received is what a receive brings; the SDK compares the MD5 sums itself.
func received(url *string) []types.Message {
	return must(client.ReceiveMessage(now, &sqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})).Messages
}

func messages(url *string) {
	body, bytes := "<a href=\"x\">&amp;</a>\r\n\ttab é 😀 100% a+b", "\x00\xff&"
	sent := make(chan *string)
	go func() {
		sent <- must(client.SendMessage(now, &sqs.SendMessageInput{
			QueueUrl: url, MessageBody: &body,
			MessageAttributes: map[string]types.MessageAttributeValue{
				"text":  {DataType: aws.String("String"), StringValue: aws.String("ü <&>")},
				"bytes": {DataType: aws.String("Binary"), BinaryValue: []byte(bytes)},
			}})).MessageId
	}()
	message := must(client.ReceiveMessage(now, &sqs.ReceiveMessageInput{
		QueueUrl: url, WaitTimeSeconds: 20, MessageAttributeNames: []string{"All"},
		AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})).Messages[0]
	found["same"] = []bool{
		*message.MessageId == *<-sent, *message.Body == body,
		*message.MessageAttributes["text"].StringValue == "ü <&>",
		string(message.MessageAttributes["bytes"].BinaryValue) == bytes,
		message.Attributes["ApproximateReceiveCount"] == "1"}
	must(client.ChangeMessageVisibility(now, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: url, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0}))
	must(client.DeleteMessage(now, &sqs.DeleteMessageInput{
		QueueUrl: url, ReceiptHandle: received(url)[0].ReceiptHandle}))
	found["left"] = len(received(url))
}

func batches(url *string) {
	sent := []types.SendMessageBatchRequestEntry{
		{Id: aws.String("late"), MessageBody: aws.String("x"), DelaySeconds: 901}}
	for _, body := range []string{"a", "b", "c"} {
		sent = append(sent, types.SendMessageBatchRequestEntry{
			Id: aws.String(body), MessageBody: aws.String(body)})
	}
	answer := must(client.SendMessageBatch(
		now, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: sent}))
	found["sent"] = []any{len(answer.Successful), *answer.Failed[0].Id, *answer.Failed[0].Code}
	bodies := []string{}
	hide := []types.ChangeMessageVisibilityBatchRequestEntry{}
	remove := []types.DeleteMessageBatchRequestEntry{}
	for _, message := range received(url) {
		bodies = append(bodies, *message.Body)
		hide = append(hide, types.ChangeMessageVisibilityBatchRequestEntry{
			Id: message.Body, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 60})
		remove = append(remove, types.DeleteMessageBatchRequestEntry{
			Id: message.Body, ReceiptHandle: message.ReceiptHandle})
	}
	sort.Strings(bodies)
	found["received"] = bodies
	found["hidden"] = len(must(client.ChangeMessageVisibilityBatch(
		now, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: hide})).Successful)
	remove[0].ReceiptHandle = aws.String("none")
	removed := must(client.DeleteMessageBatch(
		now, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: remove}))
	found["deleted"] = []any{len(removed.Successful), *removed.Failed[0].Code}
	must(client.PurgeQueue(now, &sqs.PurgeQueueInput{QueueUrl: url}))
	found["purged"] = attribute(
		url, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
}

func order() {
	url := create("f.fifo", map[string]string{"FifoQueue": "true"})
	numbers, bodies := []string{}, []string{}
	for _, body := range []string{"a", "b", "a"} {
		numbers = append(numbers, *must(client.SendMessage(now, &sqs.SendMessageInput{
			QueueUrl: url, MessageBody: aws.String(body), MessageGroupId: aws.String("g"),
			MessageDeduplicationId: aws.String(body)})).SequenceNumber)
	}
	for _, message := range received(url) {
		bodies = append(bodies, *message.Body)
	}
	found["duplicate"] = numbers[0] == numbers[2] && numbers[0] < numbers[1]
	found["order"] = bodies
}

func deadLetters(url *string) {
	dead := create("dead", nil)
	policy := must(json.Marshal(map[string]any{
		"deadLetterTargetArn": attribute(dead, types.QueueAttributeNameQueueArn),
		"maxReceiveCount":     1}))
	must(client.SetQueueAttributes(now, &sqs.SetQueueAttributesInput{
		QueueUrl:   url,
		Attributes: map[string]string{"RedrivePolicy": string(policy), "VisibilityTimeout": "0"}}))
	must(client.SendMessage(
		now, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("poison")}))
	received(url)
	received(url)
	found["dead"] = *received(dead)[0].Body
	found["sources"] = must(client.ListDeadLetterSourceQueues(
		now, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead})).QueueUrls[0] == *url
}

func mistakes(url *string) {
	_, err := client.DeleteMessage(
		now, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("none")})
	var handle *types.ReceiptHandleIsInvalid
	var contents *types.InvalidMessageContents
	var missing *types.QueueDoesNotExist
	var any smithy.APIError
	handleIs := errors.As(err, &handle)
	_, err = client.SendMessage(
		now, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("\x01")})
	contentsIs := errors.As(err, &contents)
	must(client.DeleteQueue(now, &sqs.DeleteQueueInput{QueueUrl: url}))
	_, err = client.GetQueueUrl(now, &sqs.GetQueueUrlInput{QueueName: aws.String("orders")})
	found["typed"] = []bool{handleIs, contentsIs, errors.As(err, &missing)}
	_, err = client.PurgeQueue(now, &sqs.PurgeQueueInput{QueueUrl: url})
	errors.As(err, &any)
	found["code"] = any.ErrorCode()
}
