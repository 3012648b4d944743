package object

import "time"

// OpenImpatient opens a store in S3 whose server is waited for so long: for an answer
// to begin, for a request, for an object's next bytes.
func OpenImpatient(rawURL string, answer, request, silence time.Duration) (Store, error) {
	place, err := parseS3(rawURL)
	if err != nil {
		return nil, err
	}
	return openS3(place, patience{answer: answer, request: request, silence: silence})
}
