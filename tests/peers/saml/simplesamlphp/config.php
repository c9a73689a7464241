<?php
// SimpleSAMLphp as an identity provider for tests: one person, everything it writes in the folder BILTEN_SAML_DIR.
require '/etc/simplesamlphp/config.php';
$folder = getenv('BILTEN_SAML_DIR');
$config['baseurlpath'] = 'http://127.0.0.1:' . getenv('BILTEN_SAML_PORT') . '/simplesaml/';
foreach (['certdir', 'loggingdir', 'datadir', 'tempdir'] as $key) {
    $config[$key] = $folder . '/';
}
$config['metadatadir'] = __DIR__ . '/metadata/';
$config['enable.saml20-idp'] = true;
$config['module.enable'] = ['core' => true, 'saml' => true, 'exampleauth' => true];
$config['session.cookie.secure'] = false;
$config['session.phpsession.savepath'] = $folder;
$config['metadata.sources'] = [['type' => 'flatfile']];
$config['logging.handler'] = 'errorlog';
$config['secretsalt'] = 'of-a-test';
$config['auth.adminpassword'] = 'of-a-test';
$config['trusted.url.domains'] = null;
$config['timezone'] = 'UTC';
