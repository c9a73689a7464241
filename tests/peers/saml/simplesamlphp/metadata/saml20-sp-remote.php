<?php
$peer = json_decode(file_get_contents(getenv('BILTEN_SAML_DIR') . '/peer.json'), true);
$metadata[$peer['entity_id']] = [
    'AssertionConsumerService' => $peer['acs_url'],
    'SingleLogoutService' => $peer['slo_url'],
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'saml20.sign.assertion' => true,
    'saml20.sign.response' => true,
];
