<?php
$config = [
    'people' => [
        'exampleauth:UserPass',
        'alice:pw1' => [
            'uid' => ['p-alice'],
            'email' => ['alice@shop.example'],
            'name' => ['Alice Ås'],
            'groups' => ['finance', 'door'],
        ],
    ],
];
