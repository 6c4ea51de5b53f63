# Logging in and out.

login-title = Log in
login-lead = You need to log in to see this page.
login-how = You go to the identity service that you use for all public services. After that you come back here.
login-safe-title = Your number stays with us
login-safe = We use your national register number only to find your { -word-mailbox }. We never pass it on to an { -word-provider-application }.
login-continue = Go on to log in
login-again = Try again

login-assurance-title = Please log in with a stronger means
login-assurance-text = The means you used is not strong enough for official mail. Try again and choose, for example, your identity card with its PIN or an app on your phone.
login-cancelled-title = You did not log in
login-cancelled-text = You stopped before the end. Nothing was changed.
login-identity-title = We do not know who you are
login-identity-text = The identity service did not give us a valid national register number. Without it we cannot find your { -word-mailbox }.
login-acting-title = You cannot log in here at this moment
login-acting-text = Perhaps somebody else may act for you here. Do you have questions, or do you think that this is not right? Contact us, and give the reference below.
login-elsewhere-title = Go on where you began
login-elsewhere-text = You began to log in in another browser or app. For your safety we stop here. Nothing was changed. Go back to where you began and log in there again. Does that not work? Then open the browser that you always use and begin again there.
login-expired-title = Logging in took too long
login-expired-text = For your safety you have a limited time to log in. Please begin again.
login-unavailable-title = You cannot log in at the moment
login-unavailable-text = The identity service does not answer. This is not your fault. Please try again in a few minutes.

logged-out-title = You are logged out
logged-out-text = Do you share this computer with others? Then close the browser as well.
