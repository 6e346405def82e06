# A day's work of Debian's AWS SDK for Ruby, version 1, which speaks the query protocol, against the
# endpoint given. What it found goes to stdout as JSON, for the test to judge.
require "aws-sdk"
require "json"
require "uri"

endpoint = URI(ARGV[0])
sqs = AWS::SQS.new(
  access_key_id: "testing", secret_access_key: "testing", use_ssl: false,
  sqs_endpoint: endpoint.host, sqs_port: endpoint.port)
found = {}

# Queues
orders = sqs.queues.create("orders", visibility_timeout: 7)
found[:url] = sqs.queues.named("orders").url == orders.url
found[:listed] = sqs.queues.with_prefix("ord").map(&:url) == [orders.url]
orders.wait_time_seconds = 20
found[:attributes] = [orders.visibility_timeout, orders.wait_time_seconds, orders.arn]

# Messages; the SDK compares the MD5 sums itself.
body = "<a href=\"x\">&amp;</a>\r\n\ttab é 😀 100% a+b"
sent = orders.send_message(body, message_attributes: {
  "text" => { string_value: "ü <&>", data_type: "String" } })
message = orders.receive_message(
  attributes: [:all], message_attribute_names: ["All"])
found[:same] = [
  message.id == sent.id, message.body == body, message.approximate_receive_count == 1,
  message.message_attributes["text"][:string_value] == "ü <&>"]
message.visibility_timeout = 0
orders.receive_message.delete
found[:left] = orders.approximate_number_of_messages_not_visible

# Batches
orders.batch_send("a", "b", "c")
messages = orders.receive_message(limit: 10)
found[:received] = messages.map(&:body).sort
orders.batch_change_visibility(60, messages)
orders.batch_delete(messages)
begin
  orders.batch_send({ message_body: "a" }, { message_body: "late", delay_seconds: 901 })
rescue AWS::SQS::Errors::BatchSendError => error
  found[:failed] = error.failures.map { |failure| failure[:error_code] }
end
orders.receive_message.delete

# Dead letters
dead = sqs.queues.create("dead")
sqs.client.set_queue_attributes(queue_url: orders.url, attributes: {
  "VisibilityTimeout" => "0", "RedrivePolicy" => JSON.dump(
    deadLetterTargetArn: dead.arn, maxReceiveCount: 1) })
found[:sources] = sqs.client.list_dead_letter_source_queues(
  queue_url: dead.url)[:queue_urls] == [orders.url]
orders.send_message("poison")
2.times { orders.receive_message(limit: 10, wait_time_seconds: 0) }
found[:dead] = dead.receive_message.body

# Errors
def thrown
  yield
rescue AWS::Errors::Base => error
  error.class.name
end
found[:handle] = thrown { sqs.client.delete_message(queue_url: dead.url, receipt_handle: "none") }
orders.delete
found[:queue] = thrown { orders.send_message("x") }
puts JSON.dump(found)
