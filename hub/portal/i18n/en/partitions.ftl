# An enterprise's partitions: what they are called, what goes where, who sees which.

partitions-link = { -word-partition(form: "Many") } of this { -word-mailbox }
partitions-title = { -word-partition(form: "Many") } of the { -word-mailbox } of { $name }
partitions-lead = Sort the { -word-message(form: "many") } of the enterprise, and decide who sees which of them.
partitions-back = Back to the { -word-mailbox }
partitions-choose = { -word-partition(form: "Many") }
partitions-general = General
partitions-general-hint = The general { -word-partition } is always there: what no rule sends elsewhere goes there.
partitions-refused-title = Not saved
partitions-refused = { $why ->
    [name] A { -word-partition } needs a name of at most 60 characters that no other one has. There can be 30 of them.
    [rule] A rule asks for something, and no other one asks for the same.
    [nothing] Nothing would be left to see. Stop the { -word-consent } instead.
   *[gone] What you wanted to change is not there any more, or cannot be changed.
}
partitions-list-title = { -word-partition(form: "Many") }
partitions-name-of = Name of the { -word-partition } “{ $partition }”
partitions-rename = Rename “{ $partition }”
partitions-remove = Remove “{ $partition }”
partitions-remove-hint = When you remove a { -word-partition }, its rules go and its { -word-message(form: "many") } go back to the general one, where other people may see them.
partitions-new = Name of a new { -word-partition }
partitions-add = Add
partitions-rules-title = Where new { -word-message(form: "many") } go
partitions-rules-lead = The rules are asked one after the other, and the first one that fits decides. { -word-message(form: "Many") } that are there already stay where they are.
partitions-rule-kind = Kind
partitions-rule-organization = { -word-sender(form: "One") }
partitions-rule-application = Service of the { -word-sender }
partitions-rule-into = Goes to
partitions-rule-add = Add this rule
partitions-rule-first = Ask rule { $number } first
partitions-rule-remove = Remove rule { $number }
partitions-any = Any
partitions-people-title = Who sees what
partitions-people-lead = A legal representative always sees everything. What others see can be limited; what they gave apps to see is limited with it.
partitions-person-unknown = Somebody who has not been here yet
partitions-sees = Sees
partitions-sees-all = Sees everything.
partitions-everything = Everything, also { -word-partition(form: "many") } that come later
partitions-save = Save
partitions-apps-title = What apps and systems see
partitions-apps-lead = Here you can take { -word-partition(form: "many") } away from them. To give more, give the { -word-consent } anew after stopping it.
partitions-limit = Limit “{ $brand }” to these
partitions-tells = Let “{ $brand }” manage { -word-partition(form: "many") }, rules and who sees what
partitions-silent = No longer let “{ $brand }” manage { -word-partition(form: "many") }, rules and who sees what
partitions-of-message = { -word-partition(form: "One") }
partitions-move = Move
