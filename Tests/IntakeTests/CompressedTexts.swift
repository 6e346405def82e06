extension EnvelopeTests {
    /// 100,000 times the digit 0, by gzip -9, in base64.
    static let zeros = """
        H4sIAAAAAAACA+3BMQEAAADCoErrn84aHkABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAArwaFwk3FoIYBAA==
        """

    /// Two hundred orders, by gzip -9, in base64.
    static let dynamic = """
        H4sIAAAAAAACA2XWu20cURBE0VQ2ABrT/+58KEMWATIUuYpOkQigRdQ1+YDC7hRr3tmPz/dfn6/n9fvr\
        9e/vn7fXx/ffWy0n84ScVGkqbuTEM+XkTA9SQ3Ma6tRU7uqHR8mJrevXOX3O1dCEhmo0la7t+Gg75trO\
        jabWNdWjqTKtJ1rrcdN6alG7hqY11I+msrSeeLQeS63HnqewJ431aayysafAnrDUwZ4Ce9JQx2BPiT1p\
        Pzbaj+M5V0Pjiz0V9oShNkq1xp40taap7saeAnvSevwZ/G+wJw1NDfaU2JPhjVzsqbgnjW0u9lT4ztpP\
        rPbjgXdS67nQ0GxjT4E94XL0wZ74ImPduBw9sSdcjoahNko1bed6safCnnA7PlpPwA6nHbgcH4BTuBwf\
        TSXscNhhsOPA1IKphlMVEAd4OPCAHQemBkw1nErYEbDDYAfoWDA1YKoadyPscNhhsOPA1IKphlMFOgJ0\
        GOiAHAemBkzVNeYEb0CHgY6DUgulGkxVABzY4bADdByUGijVYCpBR4AOAx2QY6HUQKlqXI2gw0GHgY6D\
        UgulGkwV5AjIYUeP9aOg1ECpOk0l5PBlp/AGSC2QaihVAW9Ah4MOyHFAaoBUQ6mEHAE5DHLgMWHUwKgq\
        vPqAwwGHAY6DUQujGkgl4AjAYYADbiyMmuQPePwWBxwOOAxwHIzaH0b9B2hnggj9DQAA
        """
}
