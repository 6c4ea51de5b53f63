//! Looking into JSON that may be anything: what is not there is null.

use serde_json::Value;

/// Members and items by name and place.
pub(super) trait At {
    /// The member of that name.
    fn at(&self, name: &str) -> &Value;
    /// The item at that place.
    fn nth(&self, place: usize) -> &Value;
}

impl At for Value {
    fn at(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NOTHING)
    }

    fn nth(&self, place: usize) -> &Value {
        self.get(place).unwrap_or(&NOTHING)
    }
}

static NOTHING: Value = Value::Null;
