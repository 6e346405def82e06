@_exported public import Logging
@_exported public import MessageHandling
