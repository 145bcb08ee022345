package views

import "time"

// The examples of what stands around the composer.

func galleryMails(id string) MailLines {
	return MailLines{ID: id, Lines: []MailLine{
		{Who: "Ada Lovelace, Mary Shelley", State: "sent", At: galleryNow},
		{Who: "Yusuf Demir", State: "queued", At: galleryNow},
		{Who: "Charles Babbage", State: "deferred", Why: "The mail server could not be reached.", Detail: "dial tcp 192.0.2.25:25: connection refused", Tries: 3, At: galleryNow, Next: galleryNow.Add(8 * time.Minute)},
		{Who: "mary@example.com", State: "failed", Why: "The address does not exist.", Detail: "550 5.1.1 no such user", Tries: 1, At: galleryNow},
		{Who: "Grace Hopper", State: "gathering", At: galleryNow, Next: galleryNow.Add(4 * time.Minute)},
		{Who: "Alan Turing", State: "together", At: galleryNow},
		{Who: "Mary Somerville", State: "digest", At: galleryNow},
		{Who: "Emmy Noether", State: "digested", At: galleryNow},
		{Who: "byron#1815", State: "suppressed", Why: "They have no mailbox.", At: galleryNow},
	}}
}

func galleryHere(typing bool) Presence {
	return Presence{BeatURL: "/agent/tickets/1042/presence", People: []PersonHere{{"Tomás Ruiz", typing}, {"Ines Moreau", false}}}
}

func galleryWaiting() WaitingReplies {
	mine := Entry{ID: "waiting-1", Kind: "agent", Author: "Mia Chen", Own: true, At: galleryNow, Body: "<p>New pads are on their way to you.</p>", Files: []File{{Name: "return-label.pdf", Size: 41_000, Type: "application/pdf"}}}
	theirs := Entry{ID: "waiting-2", Kind: "agent", Author: "Tomás Ruiz", At: galleryNow, Body: "<p>I have asked the workshop.</p>"}
	return WaitingReplies{Items: []WaitingReply{
		{CSRF: "token", Entry: mine, PublishAt: galleryNow.Add(20 * time.Second), Then: "Waiting for customer", UndoAction: "/agent/tickets/1042/waiting/1/retraction", SendAction: "/agent/tickets/1042/waiting/1/publication"},
		{CSRF: "token", Entry: theirs, PublishAt: galleryNow.Add(25 * time.Second)},
	}}
}

func galleryPreview() *Preview {
	return &Preview{Body: "<p>New pads are on their way.</p>", MailURL: "/agent/tickets/1042/preview/mail",
		Message: Message{ID: "preview-message", Agent: true, Author: "Mia", At: galleryNow, Body: "<p>New pads are on their way.</p>", Files: []File{{Name: "return-label.pdf", Size: 41_000}}},
		To:      []Choice{{Value: "1", Label: "Ada Lovelace <ada@example.com>", Selected: true}, {Value: "2", Label: "mary@example.com"}},
		Mail: &PreviewMail{From: "City bikes <help@northwind.example>", To: "Ada Lovelace <ada@example.com>", Subject: "Re: Rear brake squeals after rain [K7-3QX]",
			Text: "Mia from City bikes answered your ticket:\n\nNew pads are on their way.\n"}}
}
