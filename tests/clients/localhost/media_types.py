"""Media types that Schemathesis does not know by itself: lines of JSON go out as they are written."""

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
