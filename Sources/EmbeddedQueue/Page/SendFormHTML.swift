import WebPage

/// The form that sends a message.
struct SendFormHTML {
    let place: QueuePlace
    let description: QueueDescription
    /// What it is filled with.
    let form: FormFields
    let visit: PageFrame.Visit

    var html: HTML {
        """
        <section aria-labelledby="send-head" id="send">
        <h2 id="send-head">Send a message</h2>
        \(HTML.form(place.path(of: .send), token: visit.token, name: "fields"))
        <div><label for="body">Body</label>\
        <textarea id="body" name="body" rows="4" required spellcheck="false">
        \(form["body"] ?? "")</textarea></div>
        \(fields)
        \(attributes)
        <p><button class="primary">Send</button></p></form>
        </section>
        """
    }

    private var fields: HTML {
        guard description.isFIFO else {
            return """
                <div><label for="delay">Delay in seconds</label>\
                <input id="delay" name="delay" type="number" min="0" \
                max="\(Int(StoreLimits.delay.wholeSeconds))" value="\(form["delay"] ?? "")" \
                placeholder="\(Int(description.settings.delay.wholeSeconds)), the queue’s own">\
                </div>
                \(text("group", "Message group", placeholder: "none"))
                """
        }
        let isByContent = description.settings.contentBasedDeduplication
        let deduplication = text(
            "deduplication", "Deduplication id", isRequired: !isByContent,
            placeholder: isByContent ? "by the body" : "")
        return """
            \(text("group", "Message group", isRequired: true))
            \(deduplication)
            """
    }

    private func text(
        _ name: String, _ label: String, isRequired: Bool = false, placeholder: String = ""
    ) -> HTML {
        """
        <div><label for="\(name)">\(label)</label>\
        <input id="\(name)" name="\(name)" value="\(form[name] ?? "")" \
        maxlength="\(StoreLimits.identifier)" placeholder="\(placeholder)" autocomplete="off" \
        autocapitalize="off" spellcheck="false"\(isRequired ? " required" : "")></div>
        """
    }

    private var attributes: HTML {
        let sent = SentAttribute.all(in: form)
        let rows = sent.enumerated().map { row($0 + 1, $1) }
        let isOpen = sent.contains { !$0.isEmpty }
        return """
            <details\(isOpen ? " open" : "")><summary>Attributes</summary>
            <datalist id="types"><option>String<option>Number<option>Binary</datalist>
            \(rows)
            <p class="quiet">The value of a Binary attribute is base64.</p></details>
            """
    }

    private func row(_ number: Int, _ sent: SentAttribute) -> HTML {
        func input(_ name: String, _ label: String, _ value: String, _ more: HTML = "") -> HTML {
            """
            <input name="attribute.\(number).\(name)" value="\(value)" placeholder="\(label)" \
            aria-label="\(label) of attribute \(number)" autocomplete="off" autocapitalize="off" \
            spellcheck="false"\(more)>
            """
        }
        return """
            <div class="attribute">\(input("name", "Name", sent.name))\
            \(input("type", "Type", sent.type, " list=\"types\""))\
            \(input("value", "Value", sent.value))</div>
            """
    }
}
