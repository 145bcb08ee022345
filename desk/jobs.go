package desk

// The kinds of jobs that verbs leave behind. Arguments are ids, so that a job sees what is
// true when it runs; package jobs does them.
const (
	JobNotify  = "notify"    // {"event": id}
	JobDeliver = "deliver"   // {"delivery": id}
	JobPublish = "publish"   // {"message": id}
	JobDigest  = "digest"    // {"contact": id, "project": id}
	JobThumb   = "thumbnail" // {"attachment": id}
)
