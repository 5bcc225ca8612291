use super::{
    is_reserved,
    overlap::{Unit, Value},
    template::Template,
};

impl Template {
    /// Whether every URI that the other one matches is matched by this one as well.
    ///
    /// A literal is met by the same literal alone. A variable takes what the other one has up to the next reserved
    /// character: there its value ends, whatever the values of the other one's variables are.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let mut theirs = other.units().peekable();
        for unit in self.units() {
            let is_met = match unit {
                Unit::Literal(_) => theirs.next() == Some(unit),
                Unit::Variable => {
                    let mut value = Value::Empty;
                    while let Some(part) = theirs.next_if(|next| !next.is_reserved()) {
                        value = match part {
                            Unit::Literal(character) => value.followed_by(character),
                            // no value is a dot segment, and none becomes one with what stands before or after it
                            Unit::Variable => Value::Allowed,
                        };
                    }
                    value == Value::Allowed
                }
            };
            if !is_met {
                return false;
            }
        }
        theirs.next().is_none()
    }
}

impl Unit {
    fn is_reserved(self) -> bool {
        matches!(self, Self::Literal(character) if is_reserved(character))
    }
}
