<?php
// php -S gives no PATH_INFO to scripts below a prefix, so it is made here.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (preg_match('#^/simplesaml(/[^?]*?\.php)(/.*)?$#', $path, $parts)) {
    $file = '/usr/share/simplesamlphp/www' . $parts[1];
    if (is_file($file)) {
        $_SERVER['SCRIPT_NAME'] = '/simplesaml' . $parts[1];
        $_SERVER['PHP_SELF'] = $path;
        $_SERVER['SCRIPT_FILENAME'] = $file;
        if (!empty($parts[2])) {
            $_SERVER['PATH_INFO'] = $parts[2];
        } else {
            unset($_SERVER['PATH_INFO']);
        }
        chdir(dirname($file));
        require $file;
        return true;
    }
}
return false;
