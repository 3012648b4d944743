package redshift

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go/logging"

	"archwire"
)

// Credentials are what a session is opened with.
type Credentials struct {
	User, Password string
	Until          time.Time // they open no session from then on; zero without an end
}

// A login gives credentials that are in force. A session that is open outlives those
// it was opened with (Management Guide, Generating temporary database credentials).
type login interface {
	credentials(ctx context.Context) (Credentials, error)
}

// The calls of AWS that the ways to log in make.
type (
	clusterAPI interface {
		GetClusterCredentialsWithIAM(context.Context, *redshift.GetClusterCredentialsWithIAMInput, ...func(*redshift.Options)) (*redshift.GetClusterCredentialsWithIAMOutput, error)
	}
	workgroupAPI interface {
		GetCredentials(context.Context, *redshiftserverless.GetCredentialsInput, ...func(*redshiftserverless.Options)) (*redshiftserverless.GetCredentialsOutput, error)
	}
	secretAPI interface {
		GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	}
)

// lasting is how long temporary credentials are asked for, in seconds: the most that
// GetClusterCredentialsWithIAM and GetCredentials give.
const lasting = 3600

// loginTo is how the place is logged in to. Nobody is asked yet. What the URL leaves
// open of AWS comes from its usual places: the environment, the shared files, the
// machine's role.
func loginTo(ctx context.Context, p place) (login, error) {
	if p.auth == byPassword {
		return fixed{p.user, p.password, time.Time{}}, nil
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
	if err != nil {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the configuration of AWS cannot be read", Err: err,
			Hint: "Look at the variables AWS_* of the environment, and at AWS's files config and credentials.",
		}
	}
	if p.region != "" {
		cfg.Region = p.region
	}
	if cfg.Region == "" {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "it is not said in which region of AWS the warehouse lies",
			Hint: "Add region=REGION to warehouse.url in archwire.yaml, or set AWS_REGION.",
		}
	}
	switch {
	case p.auth == bySecret:
		return bySecretsManager{secretsmanager.NewFromConfig(cfg), p.secret}, nil
	case p.workgroup != "":
		return byWorkgroup{redshiftserverless.NewFromConfig(cfg), p.workgroup, p.database}, nil
	}
	return byCluster{redshift.NewFromConfig(cfg), p.cluster, p.database}, nil
}

// CredentialsOf gives credentials that open a session at a warehouse's URL now, asking
// AWS where the URL says so.
func CredentialsOf(ctx context.Context, rawURL string) (Credentials, error) {
	p, err := parseURL(rawURL)
	if err != nil {
		return Credentials{}, err
	}
	l, err := loginTo(ctx, p)
	if err != nil {
		return Credentials{}, err
	}
	return l.credentials(ctx)
}

// fixed are the user and password of the URL.
type fixed Credentials

func (f fixed) credentials(context.Context) (Credentials, error) { return Credentials(f), nil }

// byCluster asks a provisioned cluster for temporary credentials.
type byCluster struct {
	api               clusterAPI
	cluster, database string
}

func (b byCluster) credentials(ctx context.Context) (Credentials, error) {
	out, err := b.api.GetClusterCredentialsWithIAM(ctx, &redshift.GetClusterCredentialsWithIAMInput{
		ClusterIdentifier: &b.cluster, DbName: &b.database, DurationSeconds: aws.Int32(lasting),
	})
	if err != nil {
		return Credentials{}, refusedLogin("redshift:GetClusterCredentialsWithIAM", "the cluster "+b.cluster, err)
	}
	return Credentials{aws.ToString(out.DbUser), aws.ToString(out.DbPassword), aws.ToTime(out.Expiration)}, nil
}

// byWorkgroup asks a workgroup of Redshift Serverless for temporary credentials.
type byWorkgroup struct {
	api                 workgroupAPI
	workgroup, database string
}

func (b byWorkgroup) credentials(ctx context.Context) (Credentials, error) {
	out, err := b.api.GetCredentials(ctx, &redshiftserverless.GetCredentialsInput{
		WorkgroupName: &b.workgroup, DbName: &b.database, DurationSeconds: aws.Int32(lasting),
	})
	if err != nil {
		return Credentials{}, refusedLogin("redshift-serverless:GetCredentials", "the workgroup "+b.workgroup, err)
	}
	return Credentials{aws.ToString(out.DbUser), aws.ToString(out.DbPassword), aws.ToTime(out.Expiration)}, nil
}

// bySecretsManager asks Secrets Manager for a user and a password.
type bySecretsManager struct {
	api    secretAPI
	secret string
}

// A secret of Redshift is JSON with the names username and password (Secrets Manager
// User Guide, JSON structure of AWS Secrets Manager secrets).
func (b bySecretsManager) credentials(ctx context.Context) (Credentials, error) {
	out, err := b.api.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &b.secret})
	if err != nil {
		return Credentials{}, refusedLogin("secretsmanager:GetSecretValue", "the secret of warehouse.url", err)
	}
	var value struct{ Username, Password string }
	if json.Unmarshal([]byte(aws.ToString(out.SecretString)), &value) != nil || value.Username == "" || value.Password == "" {
		return Credentials{}, &archwire.Error{
			Code: archwire.Invalid, Message: "the secret of warehouse.url has no username and password in it",
			Hint: `It is to be JSON of the form {"username": ..., "password": ...}, as Secrets Manager keeps it for Redshift.`,
		}
	}
	return Credentials{User: value.Username, Password: value.Password}, nil
}

// refusedLogin is for a call of AWS that gave no credentials. What AWS says stays in
// the cause: it may quote the request.
func refusedLogin(action, what string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "AWS gives no credentials for " + what, Err: err,
		Hint: "Look at the name and the region, allow " + action + " to the identity that archwire runs as, and look at the machine's clock.",
	}
}

// early is how long before their end credentials are renewed: logging in takes a
// moment, and clocks differ.
const early = 5 * time.Minute

// A keptLogin asks again only when what it has is about to end, or was refused.
type keptLogin struct {
	from login
	now  func() time.Time

	mu   sync.Mutex
	kept *Credentials
}

func (k *keptLogin) credentials(ctx context.Context) (Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept != nil && (k.kept.Until.IsZero() || k.now().Before(k.kept.Until.Add(-early))) {
		return *k.kept, nil
	}
	c, err := k.from.credentials(ctx)
	if err != nil {
		return Credentials{}, err
	}
	k.kept = &c
	return c, nil
}

// forget makes the next call ask again, if c is what is kept.
func (k *keptLogin) forget(c Credentials) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept != nil && *k.kept == c {
		k.kept = nil
	}
}
