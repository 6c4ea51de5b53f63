# What went wrong, in plain words, and what to do about it.

error-trace = Reference:
error-trace-hint = Do you ask for help? Give this reference.

error-not-found-title = We did not find this page
error-not-found-text = The address may be wrong, or the { -word-message } may have expired and been removed.
error-session-title = You have been logged out
error-session-text = You did nothing here for a while, so we logged you out for your safety. Log in again to go on.
error-forbidden-title = You may not do this here
error-forbidden-text = You do not have the right to do this with the { -word-mailbox } that you have open. Perhaps you may only read in it. Nothing was changed.
error-form-title = We did not carry this out
error-form-text = The page you sent was too old, or it did not come from this site. Nothing was changed. Go back, load the page again and try once more.
error-input-title = We did not understand this
error-input-text = Something in the address or the form is not right. Nothing was changed.
error-choice-title = You did not choose a { -word-mailbox }
error-choice-text = To agree, you choose which { -word-mailbox } it is about. Nothing was changed. Go back and choose one.
error-request-title = This link does not work
error-request-text = The { -word-provider-application } sent you here with a link that is wrong, too old or already used. Nothing was changed. Go back to the { -word-provider-application } and begin again there.
error-busy-title = It is very busy
error-busy-text = Please wait a minute and try again. Nothing was changed.
error-server-title = Something went wrong on our side
error-server-text = This is not your fault. We have recorded what happened. Please try again later.
